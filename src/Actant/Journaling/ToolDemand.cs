using System.Text.Json;

namespace Actant.Journaling;

/// <summary>A call that a model demands.</summary>
/// <param name="Id">The call's id, unique in its scope.</param>
/// <param name="Name">The tool's name as the model wrote it.</param>
/// <param name="Arguments">The arguments as the model wrote them, an object; a string if they were no JSON.</param>
public sealed record ToolDemand(string Id, string Name, JsonElement Arguments);
