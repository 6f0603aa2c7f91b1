using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Catalogue;

/// <summary>
/// The definitions of one kind of all tenants: made, changed and deleted here, each change an immutable version. Executions pin the
/// definition that they start with, so no change touches what runs.
/// </summary>
internal sealed partial class DefinitionStore
{
    private const int MostTries = 5;

    // Of versions without one in the store.
    private const long MostOutlineBytes = 16 * 1024 * 1024;

    private readonly IActantStore _store;
    private readonly StorageRoom _room;
    private readonly ICatalogueRules _rules;
    private readonly IdGenerator _ids;
    private readonly string _kind;
    private readonly string _labelsKind;
    private readonly DefinitionVersions _versions;
    private readonly TenantCache<(string Id, long Version), DefinitionOutline> _outlines = new(MostOutlineBytes);
    private readonly SharedReads<(TenantId Tenant, string Id, long Version, DateTimeOffset CreatedAt), DefinitionOutline?> _olderOutlines;

    // Each submission looks for its definition, and thousands a second may name the same one.
    private readonly SharedReads<(TenantId Tenant, string IdOrName), StoredRecord?> _newest;

    /// <param name="store">Where they are kept.</param>
    /// <param name="room">What tenants may store.</param>
    /// <param name="rules">What is particular to their kind.</param>
    /// <param name="ids">Where ids come from.</param>
    /// <param name="cacheBytes">How much memory those that were read may take.</param>
    public DefinitionStore(IActantStore store, StorageRoom room, ICatalogueRules rules, IdGenerator ids, long cacheBytes)
    {
        (_store, _room, _rules, _ids) = (store, room, rules, ids);
        _versions = new DefinitionVersions(rules.Kind, cacheBytes);

        // Kinds that are added have names of their own choice, and other records stand beside them.
        _kind = rules.Kind.Name == AgentDefinition.KindName ? rules.Kind.Name : $"definition:{rules.Kind.Name}";
        _labelsKind = $"{_kind}_labels";
        _olderOutlines = new(OlderOutlineAsync);
        _newest = new(async key =>
        {
            var records = Records(key.Tenant);
            return (Guid.TryParseExact(key.IdOrName, "D", out _) ? await records.ReadAsync(_kind, key.IdOrName, null, CancellationToken.None) : null)
                ?? await records.FindAsync(_kind, key.IdOrName, CancellationToken.None);
        });
    }

    /// <summary>The version that is named, of the definition of an id or name, or <c>null</c>; without its labels.</summary>
    public async ValueTask<DefinitionRecord?> GetAsync(TenantId tenant, DefinitionReference reference, CancellationToken cancellationToken)
    {
        if (await NewestAsync(tenant, reference.IdOrName, cancellationToken) is not { } stored)
        {
            return null;
        }

        var version = reference.Label is null
            ? reference.Version
            : (await ReadLabelsAsync(tenant, stored.Id, cancellationToken)).Labels.GetValueOrDefault(reference.Label, -1);
        var wanted = version is null || version == stored.Version
            ? stored
            : await Records(tenant).ReadAsync(_kind, stored.Id, version, cancellationToken);
        return wanted is null ? null : _versions.Of(tenant, wanted);
    }

    /// <summary>Makes one of a document. Its name must be free.</summary>
    public async ValueTask<Reply<DefinitionRecord>> CreateAsync(TenantId tenant, JsonElement document, CancellationToken cancellationToken)
    {
        var id = _ids.Next().ToString("D");
        var (read, problems, key) = await _rules.ReadAsync(tenant, id, document, null, cancellationToken);
        if (read is not { } definition)
        {
            return Reply<DefinitionRecord>.Refused(Invalid(problems));
        }

        var body = BytesOf(definition);
        if (await _room.Of(tenant).RefuseAsync(body.Length, isOfRunning: false, cancellationToken) is { } full)
        {
            return Reply<DefinitionRecord>.Refused(full);
        }

        if ((await _rules.KeepAsync(tenant, id, key, cancellationToken)).Problem is { } problem)
        {
            return Reply<DefinitionRecord>.Refused(Invalid([problem]));
        }

        _room.Of(tenant).Add(body.Length);
        var write = new RecordWrite { Kind = _kind, Id = id, Name = definition.Name, ExpectedVersion = 0, Body = body, Summary = SummaryOf(definition) };
        if (await _rules.IsFixedAsync(tenant, definition.Name, cancellationToken)
            || (await Records(tenant).WriteAsync(write, cancellationToken)).Outcome != RecordOutcome.Stored)
        {
            await _rules.RestoreAsync(tenant, id, key, before: null);
            return Reply<DefinitionRecord>.Refused(_rules.Taken(definition.Name));
        }

        return Reply<DefinitionRecord>.Done((await GetAsync(tenant, new DefinitionReference(id, null, null), cancellationToken))!);
    }

    /// <summary>Changes one: a new version, unless nothing changes.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="change">What becomes of its source; keeps the name where it has none then.</param>
    /// <param name="expected">The version that must be the newest; any if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Reply<DefinitionRecord>> ChangeAsync(
        TenantId tenant, string idOrName, Func<JsonElement, JsonElement> change, long? expected, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
            {
                return await MissingAsync(tenant, idOrName, cancellationToken);
            }

            if (expected is { } version && version != stored.Version)
            {
                return Changed(stored.Version);
            }

            var before = _versions.Of(tenant, stored);
            var (read, problems, key) = await _rules.ReadAsync(tenant, stored.Id, change(before.Definition.Source), before.Definition.Name, cancellationToken);
            if (read is not { } definition)
            {
                return Reply<DefinitionRecord>.Refused(Invalid(problems));
            }

            if (definition.Name != before.Definition.Name && await _rules.IsFixedAsync(tenant, definition.Name, cancellationToken))
            {
                return Reply<DefinitionRecord>.Refused(_rules.Taken(definition.Name));
            }

            // What only gives another key stores nothing.
            var body = BytesOf(definition);
            if (definition.Hash != before.Definition.Hash && await _room.Of(tenant).RefuseAsync(body.Length, isOfRunning: false, cancellationToken) is { } full)
            {
                return Reply<DefinitionRecord>.Refused(full);
            }

            var (replaced, problem) = await _rules.KeepAsync(tenant, stored.Id, key, cancellationToken);
            if (problem is not null)
            {
                return Reply<DefinitionRecord>.Refused(Invalid([problem]));
            }

            if (definition.Hash == before.Definition.Hash)
            {
                return Reply<DefinitionRecord>.Done(before);
            }

            _room.Of(tenant).Add(body.Length);
            var written = await Records(tenant).WriteAsync(
                new RecordWrite { Kind = _kind, Id = stored.Id, Name = definition.Name, ExpectedVersion = stored.Version, Body = body, Summary = SummaryOf(definition) },
                cancellationToken);
            if (written.Outcome != RecordOutcome.Stored)
            {
                await _rules.RestoreAsync(tenant, stored.Id, key, replaced);
            }

            switch (written.Outcome)
            {
                case RecordOutcome.Stored:
                    return Reply<DefinitionRecord>.Done((await GetAsync(tenant, new DefinitionReference(stored.Id, written.Version, null), cancellationToken))!);
                case RecordOutcome.NameTaken:
                    return Reply<DefinitionRecord>.Refused(_rules.Taken(definition.Name));
                case RecordOutcome.Conflict when expected is not null || tries == MostTries:
                    return Changed(written.Version);
            }
        }
    }

    /// <summary>Changes some fields, by the rules of JSON merge patches (RFC 7396).</summary>
    public ValueTask<Reply<DefinitionRecord>> PatchAsync(
        TenantId tenant, string idOrName, JsonElement patch, long? expected, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, idOrName, source => MergePatch.Apply(source, patch), expected, cancellationToken);

    /// <summary>Deletes one with all versions and labels. Executions that have begun go on.</summary>
    public async ValueTask<Reply<DefinitionRecord>> DeleteAsync(TenantId tenant, string idOrName, long? expected, CancellationToken cancellationToken)
    {
        if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
        {
            return await MissingAsync(tenant, idOrName, cancellationToken);
        }

        var definition = _versions.Of(tenant, stored);
        var deleted = await Records(tenant).DeleteAsync(_kind, stored.Id, expected, cancellationToken);
        if (deleted.Outcome == RecordOutcome.Conflict)
        {
            return Changed(deleted.Version);
        }

        _room.Of(tenant).Removed();
        await Records(tenant).DeleteAsync(_labelsKind, stored.Id, null, cancellationToken);
        await _rules.ForgetAsync(tenant, stored.Id, cancellationToken);
        return Reply<DefinitionRecord>.Done(definition);
    }

    /// <summary>The refusal of a document with faults.</summary>
    public static Refusal Invalid(IReadOnlyList<DefinitionProblem> problems) =>
        new("invalid_definition", $"The definition has {problems.Count} problem(s).", problems);

    private async ValueTask<StoredRecord?> NewestAsync(TenantId tenant, string idOrName, CancellationToken cancellationToken) =>
        await _newest.ReadAsync((tenant, idOrName), cancellationToken);

    private async ValueTask<Reply<DefinitionRecord>> MissingAsync(TenantId tenant, string idOrName, CancellationToken cancellationToken) =>
        Reply<DefinitionRecord>.Refused(_rules.Missing(idOrName, await _rules.IsFixedAsync(tenant, idOrName, cancellationToken)));

    private Reply<DefinitionRecord> Changed(long newest) => Reply<DefinitionRecord>.Refused(
        "version_conflict", $"Somebody changed the {_rules.Kind.Name} meanwhile: its newest version is {newest}. Read it and decide again.");

    private IRecordStore Records(TenantId tenant) => _store.For(tenant).Records;

    private byte[] SummaryOf(Definition definition) => _rules.OutlineOf(definition).ToBytes();

    private static byte[] BytesOf(Definition definition) => Encoding.UTF8.GetBytes(definition.Source.GetRawText());
}
