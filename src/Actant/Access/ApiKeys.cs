using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Access;

/// <summary>
/// Makes, finds and revokes the keys of all tenants. Looked-up keys are remembered for <see cref="Memory"/>: a revocation by
/// another process counts after that at the latest, one by this process at once.
/// </summary>
public sealed class ApiKeys(IActantStore store, TimeProvider time, IdGenerator ids)
{
    private const string Kind = "api_key";
    private const int MostRemembered = 10_000;

    // A key must be found before it is known whose it is; no tenant of a caller can have this name.
    private static readonly TenantId s_home = new(":access");

    private readonly ConcurrentDictionary<string, (StoredApiKey? Key, long At)> _known = [];
    private (bool Exist, long At)? _any;

    /// <summary>How long a lookup is remembered.</summary>
    public static TimeSpan Memory { get; } = TimeSpan.FromSeconds(5);

    private IRecordStore Records => store.For(s_home).Records;

    /// <summary>Whether a tenant of this id can have keys: Actant's own begin with <c>:</c> and have none.</summary>
    public static bool CanOwn(string? tenant) => StorageLimits.IsTenant(tenant) && tenant![0] != ':';

    /// <summary>Makes a key. The first of all must be an admin's: with it the server asks everybody for one.</summary>
    /// <param name="tenant">Whose data it opens.</param>
    /// <param name="name">For people; need not be unique.</param>
    /// <param name="role">What its bearer may do.</param>
    /// <param name="lifetime">How long it works; for ever if absent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The tenant or the name cannot be one.</exception>
    public async ValueTask<Reply<NewApiKey>> CreateAsync(TenantId tenant, string name, Role role, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        StorageLimits.CheckName(name, nameof(name));
        if (!CanOwn(tenant.Value))
        {
            throw new ArgumentException("The tenant's id cannot be one; those that begin with ':' are Actant's own.", nameof(tenant));
        }

        if ((role != Role.Admin || tenant != TenantId.Default || lifetime is not null) && !await ExistAsync(cancellationToken))
        {
            return Reply<NewApiKey>.Refused(
                "first_key_not_admin",
                $"The first key must have the role admin, be of the tenant '{TenantId.Default}' and never expire: from then on the server asks everybody for a key.");
        }

        var text = ApiKeyText.Create(ids.Next());
        var now = time.GetUtcNow();
        var stored = new StoredApiKey
        {
            Name = name,
            Tenant = tenant.Value,
            Role = role,
            Hash = text.Hash(),
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        var write = new RecordWrite
        {
            Kind = Kind,
            Id = text.Id,
            Name = text.Id,
            ExpectedVersion = 0,
            Body = JsonSerializer.SerializeToUtf8Bytes(stored, AccessJson.Default.StoredApiKey),
        };
        var written = await Records.WriteAsync(write, cancellationToken);
        _any = null;
        return written.Outcome == RecordOutcome.Stored
            ? Reply<NewApiKey>.Done(new NewApiKey(stored.As(text.Id), text.ToString()))
            : throw new InvalidOperationException("Two keys got the same id.");
    }

    /// <summary>The key of a text that somebody sent; <c>null</c> if it is none, was revoked, or has expired.</summary>
    public async ValueTask<ApiKey?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryParse(text, out var parsed))
        {
            return null;
        }

        var stored = await ReadAsync(parsed.Id, cancellationToken);
        return stored is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored.Hash), Encoding.ASCII.GetBytes(parsed.Hash()))
            && !(stored.ExpiresAt <= time.GetUtcNow())
                ? stored.As(parsed.Id)
                : null;
    }

    /// <summary>Whether there are keys at all, expired ones included: without any, a server is open to its own machine.</summary>
    public async ValueTask<bool> ExistAsync(CancellationToken cancellationToken)
    {
        if (_any is { } any && time.GetElapsedTime(any.At) < Memory)
        {
            return any.Exist;
        }

        var page = await Records.ListAsync(Kind, null, 1, cancellationToken);
        _any = (page.Items.Count > 0, time.GetTimestamp());
        return page.Items.Count > 0;
    }

    /// <summary>The keys of a tenant, or of all of them; last made first. Those of others leave no trace, not even in how pages are cut.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<ApiKey>> ListAsync(TenantId? tenant, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var found = new List<ApiKey>();
        do
        {
            var page = await Records.ListAsync(Kind, cursor, found.Count < limit ? limit - found.Count : StorageLimits.MaxItems, cancellationToken);
            var own = page.Items.Select(KeyOf).Where(key => tenant is null || key.Tenant == tenant).ToList();
            if (found.Count == limit && own.Count > 0)
            {
                return new Page<ApiKey>(found, cursor);
            }

            found.AddRange(own);
            cursor = page.Cursor;
        }
        while (cursor is not null && (tenant is not null || found.Count < limit));
        return new Page<ApiKey>(found, cursor);
    }

    /// <summary>Revokes a key: one of the tenant, or any. Refused if nobody could make further keys without it.</summary>
    public async ValueTask<Reply<ApiKey>> RevokeAsync(TenantId? tenant, string id, CancellationToken cancellationToken)
    {
        if (await Records.ReadAsync(Kind, id, null, cancellationToken) is not { } record || (tenant is { } owner && KeyOf(record).Tenant != owner))
        {
            return NoKey();
        }

        if (Rules(Read(record)) && !await AnotherRulesAsync(id, cancellationToken))
        {
            return Reply<ApiKey>.Refused(
                "last_admin_key",
                $"It is the last key of an admin of the tenant '{TenantId.Default}' that never expires: without it nobody could make another one. Make that first.");
        }

        var deleted = await Records.DeleteAsync(Kind, id, null, cancellationToken);
        _known.TryRemove(id, out _);
        return deleted.Outcome == RecordOutcome.Stored ? Reply<ApiKey>.Done(KeyOf(record)) : NoKey();
    }

    /// <summary>
    /// Makes a key in the place of another one, of the same name, tenant, role and length of life; the other one goes on for a while. One of the
    /// tenant, or any.
    /// </summary>
    /// <param name="tenant">Whose key it must be; anybody's if absent.</param>
    /// <param name="id">The key whose place is taken.</param>
    /// <param name="overlap">How long that one still works, at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Reply<RotatedKey>> RotateAsync(TenantId? tenant, string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        NewApiKey? made = null;
        while (await Records.ReadAsync(Kind, id, null, cancellationToken) is { } record && Read(record) is var old && (tenant is null || old.Tenant == tenant.Value.Value))
        {
            // The new one first: nobody is without a key if this is where it ends.
            var lifetime = old.IsReplaced ? old.Lifetime : old.ExpiresAt - old.CreatedAt;
            made ??= (await CreateAsync(new TenantId(old.Tenant), old.Name, old.Role, lifetime, cancellationToken)).Value!;
            var end = time.GetUtcNow() + overlap;
            var ending = old with { IsReplaced = true, Lifetime = lifetime, ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end };
            var write = new RecordWrite
            {
                Kind = Kind,
                Id = id,
                Name = record.Name,
                ExpectedVersion = record.Version,
                Body = JsonSerializer.SerializeToUtf8Bytes(ending, AccessJson.Default.StoredApiKey),
            };
            if ((await Records.WriteAsync(write, cancellationToken)).Outcome == RecordOutcome.Stored)
            {
                _known.TryRemove(id, out _);
                return Reply<RotatedKey>.Done(new RotatedKey(made, ending.As(id)));
            }
        }

        if (made is not null)
        {
            // It was revoked meanwhile, and nothing shall be in its place.
            await Records.DeleteAsync(Kind, made.Key.Id, null, cancellationToken);
        }

        return Reply<RotatedKey>.Refused(NoKey().Refusal!);
    }

    private static Reply<ApiKey> NoKey() => Reply<ApiKey>.Refused("token_not_found", "There is no such key.");

    /// <summary>Whether a key keeps the server from being open to everybody at its machine, or to nobody.</summary>
    private static bool Rules(StoredApiKey key) => key.Role == Role.Admin && key.Tenant == TenantId.Default.Value && key.ExpiresAt is null;

    private async ValueTask<bool> AnotherRulesAsync(string id, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await Records.ListAsync(Kind, cursor, StorageLimits.MaxItems, cancellationToken);
            if (page.Items.Any(record => record.Id != id && Rules(Read(record))))
            {
                return true;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
        return false;
    }

    private async ValueTask<StoredApiKey?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < Memory)
        {
            return known.Key;
        }

        var now = time.GetTimestamp();
        var record = await Records.ReadAsync(Kind, id, null, cancellationToken);
        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        var key = record is null ? null : Read(record);
        _known[id] = (key, now);
        return key;
    }

    private static ApiKey KeyOf(StoredRecord record) => Read(record).As(record.Id);

    private static StoredApiKey Read(StoredRecord record) => JsonSerializer.Deserialize(record.Body.Span, AccessJson.Default.StoredApiKey)!;
}
