using System.Text.Json;

namespace Actant.Secrets;

/// <summary>
/// A file of secrets, each encrypted with AES-256-GCM and bound to its tenant and name: moved to another place in the file it does
/// not open. Written whole and renamed into place, so that a reader sees the old file or the new one. One writer at a time across
/// processes; readers notice a new file by themselves.
/// </summary>
public sealed class EncryptedSecrets : ISecretStore
{
    /// <summary>The most secrets of one file.</summary>
    public const int MostSecrets = 10_000;

    private const int Version = 1;
    private const int LongestFile = 64 * 1024 * 1024;

    private readonly string _file;

    // Read anew with the file: keys may have been replaced meanwhile, always before what they seal.
    private readonly Func<SecretKeyRing> _keys;
    private readonly Lock _reading = new();
    private Contents? _cache;

    /// <summary>A store in a file.</summary>
    /// <param name="file">The file; may be missing as long as there are no secrets.</param>
    /// <param name="key">32 bytes.</param>
    public EncryptedSecrets(string file, ReadOnlyMemory<byte> key)
        : this(file, KeysOf(new SecretKeyRing([key])))
    {
    }

    private EncryptedSecrets(string file, Func<SecretKeyRing> keys) => (_file, _keys) = (file, keys);

    /// <summary>Opens a store with a key in base64; of several, with white space or commas between them, the first seals and all open.</summary>
    /// <exception cref="SecretSourceException">The text is no key.</exception>
    public static EncryptedSecrets Open(string file, string key) => new(file, KeysOf(SecretKey.Parse(key, "The key")));

    /// <summary>Opens a store with the key of a file; <c>null</c> if there is no such file.</summary>
    /// <exception cref="SecretSourceException">The file holds no key, or others may read it.</exception>
    public static EncryptedSecrets? OpenWithKeyFile(string file, string keyFile) => SecretKey.Read(keyFile) is null ? null : new(file, KeysOf(keyFile));

    /// <summary>Makes a key, a file for it that only its owner can read, and a store that uses it.</summary>
    /// <exception cref="SecretSourceException">The file cannot be written, or is there already.</exception>
    public static EncryptedSecrets CreateWithKeyFile(string file, string keyFile)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(keyFile))!);
            _ = SecretKey.Create(keyFile);
            return new(file, KeysOf(keyFile));
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"The key file '{keyFile}' cannot be made: {exception.Message}", exception);
        }
    }

    /// <summary>Makes a new key, seals every secret with it, and forgets the old one. A running server sees no gap. How many secrets there are.</summary>
    /// <exception cref="SecretSourceException">A file cannot be read or written; the old key is kept then.</exception>
    public static int ReplaceKey(string file, string keyFile) => SecretKey.Replace(keyFile, () => new EncryptedSecrets(file, KeysOf(keyFile)).Reseal());

    /// <inheritdoc />
    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        var found = Load().Find(tenant, name);
        if (found is (true, null))
        {
            // The file and its key are two: one of them may have been replaced since.
            found = Load(anew: true).Find(tenant, name);
        }

        return found is (true, null) ? throw DoesNotOpen(name) : new(found.Secret);
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name)
    {
        try
        {
            return Load().Entries.ContainsKey((tenant.Value, name));
        }
        catch (SecretSourceException)
        {
            return true;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<KeptSecret>> ListAsync(TenantId tenant, CancellationToken cancellationToken) => new(
    [
        .. Load().Entries.Values.Where(entry => entry.Tenant == tenant.Value).OrderBy(static entry => entry.Name, StringComparer.Ordinal)
            .Select(static entry => new KeptSecret(entry.Name, entry.Hosts ?? [])),
    ]);

    /// <inheritdoc />
    public ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken)
    {
        SecretSeal.Check(name, secret);
        Change((entries, keys) =>
        {
            var hosts = secret.Hosts ?? entries.GetValueOrDefault((tenant.Value, name))?.Hosts;
            entries[(tenant.Value, name)] = EntryOf(tenant, name, keys.First.Seal(tenant, name, new Secret(secret.Reveal(), hosts)));
            return entries.Count <= MostSecrets ? true : throw new SecretSourceException($"There are {MostSecrets} secrets already.");
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(Change((entries, _) => entries.Remove((tenant.Value, name))));

    /// <inheritdoc />
    public ValueTask<int> ResealAsync(CancellationToken cancellationToken) => new(Reseal());

    private int Reseal()
    {
        var count = 0;
        Change((entries, keys) =>
        {
            foreach (var (place, entry) in entries.ToList())
            {
                var secret = keys.Open(entry.Tenant, entry.Name, entry.Sealed) ?? throw DoesNotOpen(entry.Name);
                entries[place] = EntryOf(new TenantId(entry.Tenant), entry.Name, keys.First.Seal(new TenantId(entry.Tenant), entry.Name, secret));
                count++;
            }

            return count > 0;
        });
        return count;
    }

    private static EncryptedEntry EntryOf(TenantId tenant, string name, SealedSecret made) => new(tenant.Value, name, made.Nonce, made.Tag, made.Value, made.Hosts);

    private static Func<SecretKeyRing> KeysOf(SecretKeyRing keys) => () => keys;

    private static Func<SecretKeyRing> KeysOf(string keyFile) => () => SecretKey.Read(keyFile) ?? throw new SecretSourceException($"There is no key file '{keyFile}' any more.");

    private static SecretSourceException DoesNotOpen(string name) => new($"The secret '{name}' does not open: the key is another one, or the file was changed.");

    private Contents Load(bool anew = false)
    {
        lock (_reading)
        {
            var info = new FileInfo(_file);
            if (anew || _cache is not { } cache || cache.Written != (info.Exists ? info.LastWriteTimeUtc : default) || cache.Length != (info.Exists ? info.Length : 0))
            {
                // Keys come after what they seal: of two that are replaced, the new key is there first.
                _cache = info.Exists ? new(info.LastWriteTimeUtc, info.Length, Read(), _keys()) : new(default, 0, [], null);
            }

            return _cache;
        }
    }

    private Dictionary<(string Tenant, string Name), EncryptedEntry> Read()
    {
        try
        {
            var stored = new FileInfo(_file).Length <= LongestFile ? JsonSerializer.Deserialize(File.ReadAllBytes(_file), SecretJson.Default.EncryptedFile) : null;
            return stored is { Version: Version, Secrets: not null } ? stored.Secrets.ToDictionary(entry => (entry.Tenant, entry.Name))
                : throw new SecretSourceException($"'{_file}' is no file of secrets that this version reads.");
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException or JsonException or ArgumentException or NullReferenceException) and not SecretSourceException)
        {
            throw new SecretSourceException($"'{_file}' cannot be read as a file of secrets.", exception);
        }
    }

    private bool Change(Func<Dictionary<(string Tenant, string Name), EncryptedEntry>, SecretKeyRing, bool> change)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
            using var alone = Private($"{_file}.lock", FileMode.OpenOrCreate);
            var entries = Read();
            if (!change(entries, _keys()))
            {
                return false;
            }

            var stored = new EncryptedFile(Version, [.. entries.Values.OrderBy(entry => entry.Tenant, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)]);
            using (var writing = Private($"{_file}.new", FileMode.Create))
            {
                JsonSerializer.Serialize(writing, stored, SecretJson.Default.EncryptedFile);
                writing.Flush(flushToDisk: true);
            }

            File.Move($"{_file}.new", _file, overwrite: true);
            lock (_reading)
            {
                _cache = null;
            }

            return true;
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"'{_file}' cannot be written: {exception.Message}", exception);
        }
    }

    private static FileStream Private(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>The file as it was read, and what opens it.</summary>
    private sealed record Contents(DateTime Written, long Length, Dictionary<(string Tenant, string Name), EncryptedEntry> Entries, SecretKeyRing? Keys)
    {
        public (bool IsThere, Secret? Secret) Find(TenantId tenant, string name) =>
            Entries.TryGetValue((tenant.Value, name), out var entry) ? (true, Keys?.Open(entry.Tenant, entry.Name, entry.Sealed)) : (false, null);
    }
}
