using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>A tool call that an answer demands.</summary>
/// <param name="Name">The tool's name as offered.</param>
/// <param name="Arguments">An object; strings anywhere in it are templates in a step, and filled in in an answer.</param>
internal sealed record ScriptedToolCall(string Name, JsonElement Arguments);
