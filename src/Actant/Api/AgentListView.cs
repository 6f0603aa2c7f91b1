using Actant.Definitions;

namespace Actant.Api;

/// <summary>A page of agents, or of an agent's versions.</summary>
/// <param name="Agents">The agents.</param>
/// <param name="Problems">Files that cannot be served as they are.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record AgentListView(IReadOnlyList<AgentView> Agents, IReadOnlyList<CatalogueProblem> Problems, string? NextCursor);
