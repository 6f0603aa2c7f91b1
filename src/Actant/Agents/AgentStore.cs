using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.Secrets;
using Actant.Storage;
using Actant.Validation;

namespace Actant.Agents;

/// <summary>
/// The agents of all tenants: made, changed and deleted here, each change an immutable version, and beside them those of a
/// catalogue that is only read. Executions pin the definition that they start with, so no change touches what runs.
/// </summary>
/// <param name="engine">Where they shall run: says what is wrong with a definition.</param>
/// <param name="readOnly">Agents from elsewhere, such as files.</param>
/// <param name="ids">Where ids come from.</param>
/// <param name="secrets">Where keys are kept that come with agents; without it they are refused.</param>
public sealed partial class AgentStore(ActantEngine engine, IAgentCatalogue? readOnly = null, IdGenerator? ids = null, ISecretStore? secrets = null)
    : IAgentCatalogue
{
    internal const string Kind = "agent";

    private const int MostTries = 5;

    private readonly IdGenerator _ids = ids ?? IdGenerator.System;
    private readonly AgentVersions _versions = new();
    private readonly AgentKeys _keys = new(secrets);

    // Each submission looks for its agent, and thousands a second may name the same one.
    private readonly SharedReads<(TenantId Tenant, string IdOrName), StoredRecord?> _newest = new(async key =>
    {
        var records = engine.Store.For(key.Tenant).Records;
        return (Guid.TryParseExact(key.IdOrName, "D", out _) ? await records.ReadAsync(Kind, key.IdOrName, null, CancellationToken.None) : null)
            ?? await records.FindAsync(Kind, key.IdOrName, CancellationToken.None);
    });

    /// <summary>The agent of an id or name, at a version or label if one stands behind an <c>@</c>; without its labels.</summary>
    public async ValueTask<AgentRecord?> GetAsync(TenantId tenant, string reference, CancellationToken cancellationToken)
    {
        var (idOrName, version, label) = AgentReference.Parse(reference);
        if (await NewestAsync(tenant, idOrName, cancellationToken) is { } stored)
        {
            version = label is null ? version : (await ReadLabelsAsync(tenant, stored.Id, cancellationToken)).Labels.GetValueOrDefault(label, -1);
            var wanted = version is null || version == stored.Version
                ? stored
                : await Records(tenant).ReadAsync(Kind, stored.Id, version, cancellationToken);
            return wanted is null ? null : _versions.Of(tenant, wanted);
        }

        return version is null && label is null && readOnly is not null && await readOnly.FindAsync(tenant, idOrName, cancellationToken) is { } definition
            ? Fixed(definition)
            : null;
    }

    /// <summary>The labels of a stored agent.</summary>
    public async ValueTask<IReadOnlyDictionary<string, long>> LabelsAsync(TenantId tenant, AgentRecord agent, CancellationToken cancellationToken) =>
        agent.IsReadOnly ? agent.Labels : (await ReadLabelsAsync(tenant, agent.Id, cancellationToken)).Labels;

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
            all.AddRange(page.Items.Select(static agent => agent.Definition));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Makes an agent of a definition in either form. Its name must be free.</summary>
    public async ValueTask<Reply<AgentRecord>> CreateAsync(TenantId tenant, JsonElement document, CancellationToken cancellationToken)
    {
        var id = _ids.Next().ToString("D");
        var read = await ReadAsync(tenant, id, document, null, cancellationToken);
        if (read.Definition is not { } definition)
        {
            await _keys.ForgetAsync(tenant, id, cancellationToken);
            return Invalid(read.Problems);
        }

        var write = new RecordWrite
        {
            Kind = Kind,
            Id = id,
            Name = definition.Name,
            ExpectedVersion = 0,
            Body = BytesOf(definition),
        };
        if (await IsFixedAsync(tenant, definition.Name, cancellationToken)
            || (await Records(tenant).WriteAsync(write, cancellationToken)).Outcome != RecordOutcome.Stored)
        {
            await _keys.ForgetAsync(tenant, id, cancellationToken);
            return Taken(definition.Name);
        }

        return Reply<AgentRecord>.Done((await GetAsync(tenant, id, cancellationToken))!);
    }

    /// <summary>Replaces the definition of an agent: a new version, unless nothing changes.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="document">The definition; keeps the name where it has none.</param>
    /// <param name="expected">The version that must be the newest; any if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<Reply<AgentRecord>> ReplaceAsync(
        TenantId tenant, string idOrName, JsonElement document, long? expected, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, idOrName, _ => document, expected, cancellationToken);

    /// <summary>Changes some fields of an agent's definition, by the rules of JSON merge patches (RFC 7396).</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="patch">The fields; <c>null</c> removes one.</param>
    /// <param name="expected">The version that must be the newest; any if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<Reply<AgentRecord>> PatchAsync(
        TenantId tenant, string idOrName, JsonElement patch, long? expected, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, idOrName, source => MergePatch.Apply(source, patch), expected, cancellationToken);

    /// <summary>Deletes an agent with all versions and labels. Executions that have begun go on.</summary>
    public async ValueTask<Reply<AgentRecord>> DeleteAsync(TenantId tenant, string idOrName, long? expected, CancellationToken cancellationToken)
    {
        if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
        {
            return await UnknownOrFixedAsync(tenant, idOrName, cancellationToken);
        }

        var agent = _versions.Of(tenant, stored);
        var deleted = await Records(tenant).DeleteAsync(Kind, stored.Id, expected, cancellationToken);
        if (deleted.Outcome == RecordOutcome.Conflict)
        {
            return Changed(deleted.Version);
        }

        await Records(tenant).DeleteAsync(LabelsKind, stored.Id, null, cancellationToken);
        await _keys.ForgetAsync(tenant, stored.Id, cancellationToken);
        return Reply<AgentRecord>.Done(agent);
    }

    private async ValueTask<Reply<AgentRecord>> ChangeAsync(
        TenantId tenant, string idOrName, Func<JsonElement, JsonElement> change, long? expected, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
            {
                return await UnknownOrFixedAsync(tenant, idOrName, cancellationToken);
            }

            if (expected is { } version && version != stored.Version)
            {
                return Changed(stored.Version);
            }

            var before = _versions.Of(tenant, stored);
            var read = await ReadAsync(tenant, stored.Id, change(before.Definition.Source), before.Name, cancellationToken);
            if (read.Definition is not { } definition)
            {
                return Invalid(read.Problems);
            }

            if (definition.Hash == before.Definition.Hash)
            {
                return Reply<AgentRecord>.Done(before);
            }

            if (definition.Name != before.Name && await IsFixedAsync(tenant, definition.Name, cancellationToken))
            {
                return Taken(definition.Name);
            }

            var written = await Records(tenant).WriteAsync(
                new RecordWrite { Kind = Kind, Id = stored.Id, Name = definition.Name, ExpectedVersion = stored.Version, Body = BytesOf(definition) },
                cancellationToken);
            switch (written.Outcome)
            {
                case RecordOutcome.Stored:
                    return Reply<AgentRecord>.Done((await GetAsync(tenant, $"{stored.Id}@{written.Version}", cancellationToken))!);
                case RecordOutcome.NameTaken:
                    return Taken(definition.Name);
                case RecordOutcome.Conflict when expected is not null || tries == MostTries:
                    return Changed(written.Version);
            }
        }
    }

    private async ValueTask<DefinitionResult> ReadAsync(TenantId tenant, string id, JsonElement sent, string? name, CancellationToken cancellationToken)
    {
        var (document, problem) = await _keys.KeepAsync(tenant, id, sent, cancellationToken);
        if (problem is not null)
        {
            return new DefinitionResult(null, [problem]);
        }

        var result = DefinitionValidator.Validate(DefinitionReader.Read(document, name), engine.Context(static _ => true));
        return result.Definition is not { } definition ? result
            : await engine.LinkAsync(tenant, definition, this, cancellationToken) is { Problems.Count: > 0 } linked ? linked
            : result;
    }

    private async ValueTask<StoredRecord?> NewestAsync(TenantId tenant, string idOrName, CancellationToken cancellationToken) =>
        await _newest.ReadAsync((tenant, idOrName), cancellationToken);

    // Of stored agents' names the store itself decides, in the write.
    private async ValueTask<bool> IsFixedAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        readOnly is not null && await readOnly.FindAsync(tenant, name, cancellationToken) is not null;

    private async ValueTask<Reply<AgentRecord>> UnknownOrFixedAsync(TenantId tenant, string idOrName, CancellationToken cancellationToken) =>
        await IsFixedAsync(tenant, idOrName, cancellationToken)
            ? Reply<AgentRecord>.Refused("agent_read_only", $"The agent `{idOrName}` comes from a file: change the file, or create an agent of another name.")
            : Reply<AgentRecord>.Refused("agent_not_found", "There is no such agent; GET /api/v1/agents lists those there are.");

    private IRecordStore Records(TenantId tenant) => engine.Store.For(tenant).Records;

    private static AgentRecord Fixed(AgentDefinition definition) => new() { Id = definition.Name, Version = 0, Definition = definition };

    private static byte[] BytesOf(AgentDefinition definition) => Encoding.UTF8.GetBytes(definition.Source.GetRawText());

    private static Reply<AgentRecord> Taken(string name) =>
        Reply<AgentRecord>.Refused("agent_exists", $"There is an agent named `{name}` already: choose another name, or change that one.");

    private static Reply<AgentRecord> Changed(long newest) =>
        Reply<AgentRecord>.Refused("version_conflict", $"Somebody changed the agent meanwhile: its newest version is {newest}. Read it and decide again.");

    private static Reply<AgentRecord> Invalid(IReadOnlyList<DefinitionProblem> problems) =>
        Reply<AgentRecord>.Refused(new Refusal("invalid_definition", $"The definition has {problems.Count} problem(s).", problems));
}
