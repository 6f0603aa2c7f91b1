using System.Text.Json;
using Actant.Catalogue;
using Actant.Definitions;
using Actant.Executions;
using Actant.Secrets;
using Actant.Storage;

namespace Actant.Agents;

/// <summary>
/// The agents of all tenants: made, changed and deleted here, each change an immutable version, and beside them those of a
/// catalogue that is only read. Executions pin the definition that they start with, so no change touches what runs.
/// </summary>
public sealed partial class AgentStore : IAgentCatalogue
{
    private readonly ActantEngine _engine;
    private readonly IAgentCatalogue? _readOnly;
    private readonly AgentCatalogueRules _rules;
    private readonly DefinitionStore _stored;

    /// <summary>The agents of an engine's store.</summary>
    /// <param name="engine">Where they shall run: says what is wrong with a definition.</param>
    /// <param name="readOnly">Agents from elsewhere, such as files.</param>
    /// <param name="ids">Where ids come from.</param>
    /// <param name="secrets">Where keys are kept that come with agents; without it they are refused.</param>
    public AgentStore(ActantEngine engine, IAgentCatalogue? readOnly = null, IdGenerator? ids = null, ISecretStore? secrets = null)
    {
        _engine = engine;
        _readOnly = readOnly;
        _rules = new AgentCatalogueRules(engine, new AgentKeys(secrets), this, readOnly);
        _stored = new DefinitionStore(engine.Store, engine.Storage, _rules, ids ?? IdGenerator.System, engine.Options.DefinitionCacheBytes);
    }

    /// <summary>
    /// The agent of an id or name, at a version or label if one stands behind an <c>@</c>; without its labels. Whether it is active says its
    /// newest version: an agent that is switched off runs in no version.
    /// </summary>
    public async ValueTask<AgentRecord?> GetAsync(TenantId tenant, string reference, CancellationToken cancellationToken)
    {
        var named = DefinitionReference.Parse(reference);
        if (await _stored.GetAsync(tenant, named, cancellationToken) is { } stored)
        {
            var agent = AgentRecord.Of(stored);
            return named is { Version: null, Label: null } || !agent.Definition.IsActive
                || await _stored.GetAsync(tenant, new DefinitionReference(stored.Id, null, null), cancellationToken) is not { Definition.IsActive: false }
                    ? agent
                    : agent with { Definition = agent.Definition with { IsActive = false } };
        }

        return named is { Version: null, Label: null } && _readOnly is not null && await _readOnly.FindAsync(tenant, named.IdOrName, cancellationToken) is { } definition
            ? Fixed(definition)
            : null;
    }

    /// <summary>The labels of a stored agent.</summary>
    public async ValueTask<IReadOnlyDictionary<string, long>> LabelsAsync(TenantId tenant, AgentRecord agent, CancellationToken cancellationToken) =>
        agent.IsReadOnly ? agent.Labels : await _stored.LabelsAsync(tenant, agent.Id, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        (await GetAsync(tenant, name, cancellationToken))?.Definition;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var all = new List<AgentDefinition>();
        string? cursor = null;
        do
        {
            var page = await ListAsync(tenant, new AgentFilter(), cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var summary in page.Items)
            {
                // One that was deleted meanwhile is not there any more.
                if (await FindAsync(tenant, summary.Id, cancellationToken) is { } agent)
                {
                    all.Add(agent);
                }
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Makes an agent of a definition in either form. Its name must be free.</summary>
    public async ValueTask<Reply<AgentRecord>> CreateAsync(TenantId tenant, JsonElement document, CancellationToken cancellationToken) =>
        (await _stored.CreateAsync(tenant, document, cancellationToken)).Map(AgentRecord.Of);

    /// <summary>Replaces the definition of an agent: a new version, unless nothing changes.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="document">The definition; keeps the name where it has none.</param>
    /// <param name="expected">The version that must be the newest; any if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Reply<AgentRecord>> ReplaceAsync(
        TenantId tenant, string idOrName, JsonElement document, long? expected, CancellationToken cancellationToken) =>
        (await _stored.ChangeAsync(tenant, idOrName, _ => document, expected, cancellationToken)).Map(AgentRecord.Of);

    /// <summary>Changes some fields of an agent's definition, by the rules of JSON merge patches (RFC 7396).</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="patch">The fields; <c>null</c> removes one.</param>
    /// <param name="expected">The version that must be the newest; any if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Reply<AgentRecord>> PatchAsync(
        TenantId tenant, string idOrName, JsonElement patch, long? expected, CancellationToken cancellationToken) =>
        (await _stored.PatchAsync(tenant, idOrName, patch, expected, cancellationToken)).Map(AgentRecord.Of);

    /// <summary>Deletes an agent with all versions and labels. Executions that have begun go on.</summary>
    public async ValueTask<Reply<AgentRecord>> DeleteAsync(TenantId tenant, string idOrName, long? expected, CancellationToken cancellationToken) =>
        (await _stored.DeleteAsync(tenant, idOrName, expected, cancellationToken)).Map(AgentRecord.Of);

    /// <summary>Puts a label on a version of an agent, taking it off another one.</summary>
    public async ValueTask<Reply<AgentRecord>> SetLabelAsync(TenantId tenant, string idOrName, string label, long version, CancellationToken cancellationToken) =>
        (await _stored.SetLabelAsync(tenant, idOrName, label, version, cancellationToken)).Map(AgentRecord.Of);

    /// <summary>Takes a label off; done as well when it was not there.</summary>
    public async ValueTask<Reply<AgentRecord>> RemoveLabelAsync(TenantId tenant, string idOrName, string label, CancellationToken cancellationToken) =>
        (await _stored.RemoveLabelAsync(tenant, idOrName, label, cancellationToken)).Map(AgentRecord.Of);

    private static AgentRecord Fixed(AgentDefinition definition) => new() { Id = definition.Name, Version = 0, Definition = definition };
}
