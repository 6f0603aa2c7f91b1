namespace Actant.Definitions;

/// <summary>Where agents are found by name.</summary>
public interface IAgentCatalogue
{
    /// <summary>Sources of agents that cannot be served as they are.</summary>
    IReadOnlyList<CatalogueProblem> Problems => [];

    /// <summary>The agent of that name as it is now, or <c>null</c>.</summary>
    ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>All agents of a tenant, by name.</summary>
    ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken);
}
