namespace Actant.AspNetCore.Agents;

internal sealed record AgentToolsView(string AgentId, IReadOnlyList<ToolView> Tools, int TotalTools);
