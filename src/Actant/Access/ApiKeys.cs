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

        if (role != Role.Admin && !await ExistAsync(cancellationToken))
        {
            return Reply<NewApiKey>.Refused("first_key_not_admin", "The first key must have the role admin: from then on the server asks everybody for a key.");
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

    /// <summary>The keys of a tenant, or of all of them; last made first.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<ApiKey>> ListAsync(TenantId? tenant, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await Records.ListAsync(Kind, cursor, limit, cancellationToken);
        return new Page<ApiKey>([.. page.Items.Select(KeyOf).Where(key => tenant is null || key.Tenant == tenant)], page.Cursor);
    }

    /// <summary>Revokes a key. <c>false</c> where there is none, or it is another tenant's.</summary>
    public async ValueTask<bool> RevokeAsync(TenantId? tenant, string id, CancellationToken cancellationToken)
    {
        if (await Records.ReadAsync(Kind, id, null, cancellationToken) is not { } record || (tenant is { } owner && KeyOf(record).Tenant != owner))
        {
            return false;
        }

        var deleted = await Records.DeleteAsync(Kind, id, null, cancellationToken);
        _known.TryRemove(id, out _);
        return deleted.Outcome == RecordOutcome.Stored;
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
