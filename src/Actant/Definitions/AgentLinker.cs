using Actant.Storage;

namespace Actant.Definitions;

/// <summary>
/// Resolves the agents that tools of type <c>agent</c> name, and those that these name in turn, so that a definition carries all
/// that it runs: what becomes of the names later changes no execution that was accepted.
/// </summary>
internal sealed class AgentLinker(IAgentCatalogue agents)
{
    private const int MostAgents = 256;
    private const int LargestDocument = StorageLimits.MaxBodyBytes;

    /// <summary>The definition with its agents, under a hash of them all; one without such tools as it is.</summary>
    /// <returns>
    /// Problems at the tools of the definition itself: <see cref="DefinitionErrors.UnknownAgent"/>,
    /// <see cref="DefinitionErrors.InactiveAgent"/>, <see cref="DefinitionErrors.AgentCycle"/>, and <see cref="DefinitionErrors.OutOfRange"/> where agents are nested deeper
    /// than 32, are more than 256 in all, or have documents of more than 4 MiB together.
    /// </returns>
    public async ValueTask<DefinitionResult> LinkAsync(TenantId tenant, AgentDefinition agent, CancellationToken cancellationToken)
    {
        var link = new Linking(agents, tenant);
        var linked = await link.LinkAsync(agent, [agent.Name], null, cancellationToken);
        return new DefinitionResult(linked, link.Problems);
    }

    /// <summary>One linking: what it met and how much it took in.</summary>
    private sealed class Linking(IAgentCatalogue agents, TenantId tenant)
    {
        private int _count;
        private long _bytes;

        public List<DefinitionProblem> Problems { get; } = [];

        public async ValueTask<AgentDefinition> LinkAsync(AgentDefinition agent, List<string> way, string? at, CancellationToken cancellationToken)
        {
            var linked = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
            for (var i = 0; i < agent.Tools.Count && Problems.Count == 0; i++)
            {
                if (agent.Tools[i] is not { Type: "agent" } tool || tool.ConfigText("agent") is not { } name)
                {
                    continue;
                }

                // Of all agents in between, the author of this definition sees only the first.
                var path = at ?? $"{JsonPath.Item("$.tool_definitions", i)}.config.agent";
                var found = await agents.FindAsync(tenant, name, cancellationToken);
                if (Fault(name, found, way) is { } fault)
                {
                    Problems.Add(new DefinitionProblem(path, fault.Code, fault.Message));
                    break;
                }

                linked[tool.Name] = await LinkAsync(found!, [.. way, name], path, cancellationToken);
            }

            return DefinitionDocument.Link(agent, linked);
        }

        private (string Code, string Message)? Fault(string name, AgentDefinition? found, List<string> way)
        {
            var through = way.Count > 1 ? $" (through {string.Join(" → ", way.Skip(1).Select(step => JsonPath.Shorten(step)))})" : "";
            if (found is null)
            {
                return (DefinitionErrors.UnknownAgent, $"There is no agent `{JsonPath.Shorten(name)}`{through}; create it first.");
            }

            if (!found.IsActive)
            {
                return (DefinitionErrors.InactiveAgent, $"The agent `{JsonPath.Shorten(name)}`{through} is not active; set its `is_active`, or do without it.");
            }

            if (way.Contains(name, StringComparer.Ordinal))
            {
                return (DefinitionErrors.AgentCycle, $"The agent `{JsonPath.Shorten(name)}` would call itself: {string.Join(" → ", [.. way, name])}.");
            }

            _count++;
            _bytes += System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(found.Source).Length;
            return way.Count > DefinitionBounds.MaxNesting || _count > MostAgents || _bytes > LargestDocument
                ? (DefinitionErrors.OutOfRange, $"Too much hangs on this agent{through}: at most {DefinitionBounds.MaxNesting} levels, {MostAgents} agents and {LargestDocument >> 20} MiB are allowed.")
                : null;
        }
    }
}
