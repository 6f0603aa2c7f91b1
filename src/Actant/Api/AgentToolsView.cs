namespace Actant.Api;

/// <summary>The tools of an agent.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Tools">Those that its nodes may call, and those that it switches off.</param>
/// <param name="TotalTools">How many.</param>
public sealed record AgentToolsView(string AgentId, IReadOnlyList<ToolView> Tools, int TotalTools);
