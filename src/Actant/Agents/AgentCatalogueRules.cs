using System.Text.Json;
using Actant.Catalogue;
using Actant.Definitions;
using Actant.Executions;
using Actant.Kinds;
using Actant.Secrets;
using Actant.Validation;

namespace Actant.Agents;

/// <summary>What is particular to agents: keys that come with them, tools that stand for others, and files beside what is stored.</summary>
/// <param name="engine">Where they shall run.</param>
/// <param name="keys">Takes keys out of what is sent.</param>
/// <param name="all">All agents, for tools that stand for some.</param>
/// <param name="readOnly">Agents from elsewhere.</param>
internal sealed class AgentCatalogueRules(ActantEngine engine, AgentKeys keys, IAgentCatalogue all, IAgentCatalogue? readOnly) : ICatalogueRules
{
    public IDefinitionKind Kind { get; } = new AgentKind();

    public async ValueTask<(Definition? Definition, IReadOnlyList<DefinitionProblem> Problems, Secret? Key)> ReadAsync(
        TenantId tenant, string id, JsonElement document, string? name, CancellationToken cancellationToken)
    {
        var (taken, key, problem) = keys.Take(id, document);
        if (problem is not null)
        {
            return (null, [problem], null);
        }

        var read = DefinitionValidator.Validate(DefinitionReader.Read(taken, name), engine.ContextOf(tenant, secret => secret == SecretName.OfAgent(id)));
        if (read.Definition is not { } agent)
        {
            return (null, read.Problems, null);
        }

        // What is stored names its agents; executions carry them along.
        var linked = await engine.LinkAsync(tenant, agent, all, cancellationToken);
        return (linked.Problems.Count == 0 ? agent : null, linked.Problems, key);
    }

    public DefinitionOutline OutlineOf(Definition definition) => AgentRecord.OutlineOf((AgentDefinition)definition);

    public ValueTask<(Secret? Before, DefinitionProblem? Problem)> KeepAsync(TenantId tenant, string id, Secret? key, CancellationToken cancellationToken) =>
        keys.KeepAsync(tenant, id, key, cancellationToken);

    public ValueTask RestoreAsync(TenantId tenant, string id, Secret? key, Secret? before) => keys.RestoreAsync(tenant, id, key, before);

    public ValueTask ForgetAsync(TenantId tenant, string id, CancellationToken cancellationToken) => keys.ForgetAsync(tenant, id, cancellationToken);

    public async ValueTask<bool> IsFixedAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        readOnly is not null && await readOnly.FindAsync(tenant, name, cancellationToken) is not null;

    public Refusal Missing(string idOrName, bool isFixed) => isFixed
        ? new Refusal("agent_read_only", $"The agent `{idOrName}` comes from a file: change the file, or create an agent of another name.")
        : new Refusal("agent_not_found", "There is no such agent.");

    public Refusal Taken(string name) => new("agent_exists", $"There is an agent named `{name}` already: choose another name, or change that one.");
}
