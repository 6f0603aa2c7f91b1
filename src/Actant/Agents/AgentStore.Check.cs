using System.Text.Json;
using Actant.Catalogue;
using Actant.Definitions;
using Actant.Secrets;
using Actant.Validation;

namespace Actant.Agents;

public sealed partial class AgentStore
{
    /// <summary>What a definition would mean for the threads of an agent, were it the agent's next version. Changes nothing.</summary>
    public async ValueTask<Reply<AgentCheckReport>> CheckAsync(TenantId tenant, string idOrName, JsonElement document, CancellationToken cancellationToken)
    {
        if (await GetAsync(tenant, idOrName, cancellationToken) is not { } agent)
        {
            return Reply<AgentCheckReport>.Refused(_rules.Missing(idOrName, isFixed: false));
        }

        var read = DefinitionValidator.Validate(DefinitionReader.Read(document, agent.Name), _engine.ContextOf(tenant, secret => secret == SecretName.OfAgent(agent.Id)));
        if (read.Definition is not { } definition || (read = await _engine.LinkAsync(tenant, definition, this, cancellationToken)).Definition is not { } linked)
        {
            return Reply<AgentCheckReport>.Refused(DefinitionStore.Invalid(read.Problems));
        }

        return Reply<AgentCheckReport>.Done(await new AgentCheck(_engine).RunAsync(tenant, agent.Name, _engine.Compile(linked), cancellationToken));
    }
}
