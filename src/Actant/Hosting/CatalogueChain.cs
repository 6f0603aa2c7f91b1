using Actant.Definitions;
using Actant.Executions;

namespace Actant.Hosting;

/// <summary>The agents of the code, then those of each source; the first of a name is the one.</summary>
internal sealed class CatalogueChain : IAgentCatalogue
{
    private readonly Dictionary<string, AgentDefinition> _agents = [];
    private readonly IAgentCatalogue[] _sources;

    /// <exception cref="DefinitionException">An agent of the code cannot run here.</exception>
    public CatalogueChain(IEnumerable<CodeAgent> agents, IEnumerable<CatalogueSource> sources, ActantEngine engine, IServiceProvider services)
    {
        _sources = [.. sources.Select(source => source.Create(services))];
        var problems = new List<DefinitionProblem>();
        foreach (var agent in agents.Select(agent => agent.Definition))
        {
            // Whether the agents exist that it calls can only be said once all sources are there: each submission looks.
            problems.AddRange(engine.Validate(agent, static _ => true).Select(problem => problem with { Message = $"`{agent.Name}`: {problem.Message}" }));
            if (!_agents.TryAdd(agent.Name, agent))
            {
                problems.Add(new DefinitionProblem("$.name", DefinitionErrors.DuplicateName, $"There are two agents named `{agent.Name}`."));
            }
        }

        if (problems.Count > 0)
        {
            throw new DefinitionException(problems);
        }
    }

    public IReadOnlyList<CatalogueProblem> Problems => [.. _sources.SelectMany(source => source.Problems)];

    public async ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (_agents.TryGetValue(name, out var agent))
        {
            return agent;
        }

        foreach (var source in _sources)
        {
            if (await source.FindAsync(tenant, name, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public async ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var all = _agents.Values.ToList();
        foreach (var source in _sources)
        {
            all.AddRange(await source.ListAsync(tenant, cancellationToken));
        }

        return [.. all.DistinctBy(agent => agent.Name).OrderBy(agent => agent.Name, StringComparer.Ordinal)];
    }
}
