using System.Runtime.CompilerServices;
using System.Text.Json;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Secrets;

/// <summary>
/// Secrets as records of the store, shared by all processes on it: each encrypted with AES-256-GCM under a key that the store never
/// sees, and bound to its tenant and name. A change counts with the next call on any of them. Earlier values of a secret stay
/// beside it, encrypted, until it is removed. Where the store does not answer, writing throws
/// <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed partial class StoredSecrets : ISecretStore
{
    private const string Kind = "secret";
    private const int Version = 1;
    private const int MostTries = 5;
    private const string NoKey = "there is none here: set ACTANT_SECRETS_KEY or Actant:Secrets:KeyFile, the same on all nodes";
    private readonly IActantStore _store;
    private readonly SecretKeyRing? _keys;
    private readonly ILogger? _log;

    /// <summary>The secrets of a store under a key.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">32 bytes, the same in all processes; without it secrets can be listed and removed, and nothing else.</param>
    /// <param name="logs">Hears of secrets that do not open here.</param>
    public StoredSecrets(IActantStore store, ReadOnlyMemory<byte>? key, ILoggerFactory? logs = null)
        : this(store, key is { } bytes ? new SecretKeyRing([bytes]) : null, logs)
    {
    }

    private StoredSecrets(IActantStore store, SecretKeyRing? keys, ILoggerFactory? logs) => (_store, _keys, _log) = (store, keys, logs?.CreateLogger<StoredSecrets>());

    /// <summary>The secrets of a store under a key in base64, if there is one; of several, with white space or commas between them, the first seals and all open.</summary>
    /// <exception cref="SecretSourceException">The text is no key.</exception>
    public static StoredSecrets Open(IActantStore store, string? key, ILoggerFactory? logs = null) =>
        new(store, key is null ? (SecretKeyRing?)null : SecretKey.Parse(key, "The key"), logs);

    /// <summary>The secrets of a store under the keys of a file, as they stand there now.</summary>
    /// <exception cref="SecretSourceException">There is no such file, it holds no key, or others may read it.</exception>
    public static StoredSecrets OpenWithKeyFile(IActantStore store, string keyFile, ILoggerFactory? logs = null) => new(
        store, SecretKey.Read(keyFile) ?? throw new SecretSourceException($"There is no key file '{keyFile}': all nodes need the same one."), logs);

    /// <inheritdoc />
    public async ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        StoredRecord? record;
        try
        {
            record = await Records(tenant).ReadAsync(Kind, name, null, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            throw new SecretSourceException($"The store of the secret '{name}' does not answer.", exception);
        }

        if (record is null)
        {
            return null;
        }

        var stored = Read(record);
        if (WhyNot(name, stored) is { } why)
        {
            LogSealed(tenant, why);
            throw new SecretSourceException(why);
        }

        return Open(tenant, name, stored);
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => true;

    /// <inheritdoc />
    public async ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken)
    {
        if (_keys is null)
        {
            throw new SecretSourceException($"Keeping a secret needs a key, and {NoKey}.");
        }

        SecretSeal.Check(name, secret);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var newest = await Records(tenant).ReadAsync(Kind, name, null, cancellationToken);
            var before = newest is null ? null : Read(newest);
            if (before is not null && WhyNot(name, before) is { } why)
            {
                // Whoever has that key would lose it.
                throw new SecretSourceException($"{why} Remove it first if it shall be kept under the key of this process.");
            }

            if (await WriteAsync(tenant, name, new Secret(secret.Reveal(), secret.Hosts ?? before?.Hosts), newest?.Version ?? 0, cancellationToken))
            {
                return;
            }
        }

        throw new SecretSourceException($"Others change the secret '{name}' at the same time; try again.");
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        (await Records(tenant).DeleteAsync(Kind, name, null, cancellationToken)).Outcome == RecordOutcome.Stored;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<KeptSecret>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var kept = new List<KeptSecret>();
        await foreach (var record in RecordsAsync(tenant, cancellationToken))
        {
            kept.Add(new KeptSecret(record.Name, Read(record).Hosts ?? []));
        }

        return [.. kept.OrderBy(static secret => secret.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Seals the secrets of all tenants with the first key. Earlier values stay as they are: they are lost with the old key.
    /// </summary>
    public async ValueTask<int> ResealAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        TenantId? last = null;
        while (await _store.ListOwnersAsync(Kind, last, StorageLimits.MaxItems, cancellationToken) is { Count: > 0 } owners)
        {
            foreach (var owner in owners)
            {
                await foreach (var record in RecordsAsync(owner, cancellationToken))
                {
                    await ResealAsync(owner, record, cancellationToken);
                    count++;
                }
            }

            last = owners[^1];
        }

        return count;
    }

    private async ValueTask ResealAsync(TenantId tenant, StoredRecord record, CancellationToken cancellationToken)
    {
        for (StoredRecord? newest = record; newest is not null; newest = await Records(tenant).ReadAsync(Kind, record.Id, null, cancellationToken))
        {
            var stored = Read(newest);
            if (WhyNot(record.Name, stored) is { } why)
            {
                throw new SecretSourceException($"Of the tenant '{tenant}': {why}");
            }

            if (stored.Key == _keys!.First.KeyId || await WriteAsync(tenant, record.Name, Open(tenant, record.Name, stored), newest.Version, cancellationToken))
            {
                return;
            }
        }
    }

    private async ValueTask<bool> WriteAsync(TenantId tenant, string name, Secret secret, long expected, CancellationToken cancellationToken)
    {
        var made = _keys!.First.Seal(tenant, name, secret);
        var stored = new StoredSecret(Version, _keys.First.KeyId, made.Nonce, made.Tag, made.Value, made.Hosts);
        var body = JsonSerializer.SerializeToUtf8Bytes(stored, SecretJson.Default.StoredSecret);
        var write = new RecordWrite { Kind = Kind, Id = name, Name = name, ExpectedVersion = expected, Body = body };
        return (await Records(tenant).WriteAsync(write, cancellationToken)).Outcome == RecordOutcome.Stored;
    }

    private Secret Open(TenantId tenant, string name, StoredSecret stored) => _keys!.Find(stored.Key)!.Open(tenant.Value, name, stored.Sealed)
        ?? throw new SecretSourceException($"The secret '{name}' does not open: its record was changed.");

    private async IAsyncEnumerable<StoredRecord> RecordsAsync(TenantId tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await Records(tenant).ListAsync(Kind, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var record in page.Items)
            {
                yield return record;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    private static StoredSecret Read(StoredRecord record)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(record.Body.Span, SecretJson.Default.StoredSecret);
            return stored is { Version: Version, Key: not null, Nonce: not null, Tag: not null, Value: not null } ? stored : throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new SecretSourceException($"The record of the secret '{record.Name}' is none that this version reads.", exception);
        }
    }

    private string? WhyNot(string name, StoredSecret stored) => _keys?.Find(stored.Key) is not null ? null
        : $"The secret '{name}' is sealed with the key {stored.Key}, and {(_keys is null ? NoKey : $"this process has the key {string.Join(" and ", _keys.Ids)}: give all nodes the same one")}.";

    private IRecordStore Records(TenantId tenant) => _store.For(tenant).Records;

    private void LogSealed(TenantId tenant, string why)
    {
        if (_log is not null)
        {
            LogSealed(_log, tenant, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A secret of {Tenant} does not open: {Reason}")]
    private static partial void LogSealed(ILogger log, TenantId tenant, string reason);
}
