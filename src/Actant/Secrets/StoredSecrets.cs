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
/// <param name="store">The store.</param>
/// <param name="key">32 bytes, the same in all processes; without it secrets can be listed and removed, and nothing else.</param>
/// <param name="logs">Hears of secrets that do not open here.</param>
public sealed partial class StoredSecrets(IActantStore store, ReadOnlyMemory<byte>? key, ILoggerFactory? logs = null) : ISecretStore
{
    private const string Kind = "secret";
    private const int Version = 1;
    private const int MostTries = 5;
    private const string NoKey = "there is none here: set ACTANT_SECRETS_KEY or Actant:Secrets:KeyFile, the same on all nodes";
    private readonly SecretSeal? _seal = key is { } bytes ? new SecretSeal(bytes) : null;
    private readonly ILogger? _log = logs?.CreateLogger<StoredSecrets>();

    /// <summary>The secrets of a store under a key in base64, if there is one.</summary>
    /// <exception cref="SecretSourceException">The text is no key.</exception>
    public static StoredSecrets Open(IActantStore store, string? key, ILoggerFactory? logs = null) =>
        new(store, key is null ? (ReadOnlyMemory<byte>?)null : SecretKey.Parse(key, "The key"), logs);

    /// <summary>The secrets of a store under the key of a file.</summary>
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

        return _seal!.Open(tenant.Value, name, new SealedSecret(stored.Nonce, stored.Tag, stored.Value))
            ?? throw new SecretSourceException($"The secret '{name}' does not open: its record was changed.");
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => true;

    /// <inheritdoc />
    public async ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken)
    {
        if (_seal is null)
        {
            throw new SecretSourceException($"Keeping a secret needs a key, and {NoKey}.");
        }

        var (nonce, tag, value) = _seal.Seal(tenant, name, secret);
        var body = JsonSerializer.SerializeToUtf8Bytes(new StoredSecret(Version, _seal.KeyId, nonce, tag, value), SecretJson.Default.StoredSecret);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var newest = await Records(tenant).ReadAsync(Kind, name, null, cancellationToken);
            if (newest is not null && WhyNot(name, Read(newest)) is { } why)
            {
                // Whoever has that key would lose it.
                throw new SecretSourceException($"{why} Remove it first if it shall be kept under the key of this process.");
            }

            var write = new RecordWrite { Kind = Kind, Id = name, Name = name, ExpectedVersion = newest?.Version ?? 0, Body = body };
            if ((await Records(tenant).WriteAsync(write, cancellationToken)).Outcome == RecordOutcome.Stored)
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
    public async ValueTask<IReadOnlyList<string>> NamesAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Records(tenant).ListAsync(Kind, cursor, StorageLimits.MaxItems, cancellationToken);
            names.AddRange(page.Items.Select(static record => record.Name));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        names.Sort(StringComparer.Ordinal);
        return names;
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

    private string? WhyNot(string name, StoredSecret stored) => stored.Key == _seal?.KeyId ? null
        : $"The secret '{name}' is sealed with the key {stored.Key}, and {(_seal is null ? NoKey : $"this process has the key {_seal.KeyId}: give all nodes the same one")}.";

    private IRecordStore Records(TenantId tenant) => store.For(tenant).Records;

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
