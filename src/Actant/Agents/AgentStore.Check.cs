using System.Text.Json;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Agents;

public sealed partial class AgentStore
{
    /// <summary>What a definition would mean for the threads of an agent, were it the agent's next version. Changes nothing.</summary>
    public async ValueTask<Reply<AgentCheckReport>> CheckAsync(TenantId tenant, string idOrName, JsonElement document, CancellationToken cancellationToken)
    {
        if (await GetAsync(tenant, idOrName, cancellationToken) is not { } agent)
        {
            return Reply<AgentCheckReport>.Refused("agent_not_found", "There is no such agent; GET /api/v1/agents lists those there are.");
        }

        var read = DefinitionValidator.Validate(DefinitionReader.Read(document, agent.Name), engine.Context(static _ => true));
        if (read.Definition is not { } definition || (read = await engine.LinkAsync(tenant, definition, this, cancellationToken)).Definition is not { } linked)
        {
            return Reply<AgentCheckReport>.Refused(Invalid(read.Problems).Refusal!);
        }

        return Reply<AgentCheckReport>.Done(await new AgentCheck(engine).RunAsync(tenant, agent.Name, engine.Compile(linked), cancellationToken));
    }
}
