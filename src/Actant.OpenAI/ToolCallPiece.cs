using System.Text.Json;

namespace Actant.OpenAI;

/// <summary>What one chunk says of one call.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The tool's name, or a piece of it.</param>
/// <param name="Arguments">A piece of the arguments; <c>null</c> where it is not about them.</param>
/// <param name="Data">What the provider says beside the call.</param>
/// <param name="HasIndex">Whether it says itself which call it is of.</param>
internal readonly record struct ToolCallPiece(string? Id, string? Name, string? Arguments, JsonElement? Data, bool HasIndex);
