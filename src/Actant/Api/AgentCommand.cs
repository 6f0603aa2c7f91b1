namespace Actant.Api;

/// <summary>Asks about one agent.</summary>
/// <param name="Agent">Its name or id, and perhaps <c>@</c> and a version or a label.</param>
public sealed record AgentCommand(string Agent);
