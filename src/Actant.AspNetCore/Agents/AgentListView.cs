using Actant.Definitions;

namespace Actant.AspNetCore.Agents;

internal sealed record AgentListView(IReadOnlyList<AgentView> Agents, IReadOnlyList<CatalogueProblem> Problems, string? NextCursor);
