using System.Text.Json;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A graph that runs inside an activation, with a state of its own.</summary>
/// <param name="Path">The scope's path.</param>
/// <param name="Graph">What runs.</param>
/// <param name="Input">How the scope begins, of the arguments of its call. Not used where it has begun before.</param>
/// <param name="CallId">The call that it answers; <c>null</c> for a node of type <c>graph</c>.</param>
/// <param name="RequiresApproval">Whether a person must agree before it begins.</param>
/// <param name="NeedsPermission">Whether it counts as a tool, which the user must be permitted to call.</param>
internal sealed record NestedScope(string Path, GraphProgram Graph, Func<JsonElement, InputReceived> Input, string? CallId, bool RequiresApproval = false, bool NeedsPermission = false);
