using System.Text.Json;

namespace Actant.Secrets;

/// <summary>
/// A file of secrets, each encrypted with AES-256-GCM and bound to its tenant and name: moved to another place in the file it does
/// not open. Written whole and renamed into place, so that a reader sees the old file or the new one. One writer at a time across
/// processes; readers notice a new file by themselves.
/// </summary>
/// <param name="file">The file; may be missing as long as there are no secrets.</param>
/// <param name="key">32 bytes.</param>
public sealed class EncryptedSecrets(string file, ReadOnlyMemory<byte> key) : ISecretStore
{
    /// <summary>The most secrets of one file.</summary>
    public const int MostSecrets = 10_000;

    private const int Version = 1;
    private const int LongestFile = 64 * 1024 * 1024;
    private readonly SecretSeal _seal = new(key);
    private readonly Lock _reading = new();
    private (DateTime Written, long Length, Dictionary<(string Tenant, string Name), EncryptedEntry> Entries)? _cache;

    /// <summary>Opens a store with a key in base64.</summary>
    /// <exception cref="SecretSourceException">The text is no key.</exception>
    public static EncryptedSecrets Open(string file, string key) => new(file, SecretKey.Parse(key, "The key"));

    /// <summary>Opens a store with the key of a file; <c>null</c> if there is no such file.</summary>
    /// <exception cref="SecretSourceException">The file holds no key, or others may read it.</exception>
    public static EncryptedSecrets? OpenWithKeyFile(string file, string keyFile) => SecretKey.Read(keyFile) is { } key ? new(file, key) : null;

    /// <summary>Makes a key, a file for it that only its owner can read, and a store that uses it.</summary>
    /// <exception cref="SecretSourceException">The file cannot be written, or is there already.</exception>
    public static EncryptedSecrets CreateWithKeyFile(string file, string keyFile)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(keyFile))!);
            return new(file, SecretKey.Create(keyFile));
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"The key file '{keyFile}' cannot be made: {exception.Message}", exception);
        }
    }

    /// <inheritdoc />
    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(Entries().TryGetValue((tenant.Value, name), out var entry) ? Open(entry) : null);

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name)
    {
        try
        {
            return Entries().ContainsKey((tenant.Value, name));
        }
        catch (SecretSourceException)
        {
            return true;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> NamesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        new([.. Entries().Keys.Where(entry => entry.Tenant == tenant.Value).Select(entry => entry.Name).Order(StringComparer.Ordinal)]);

    /// <inheritdoc />
    public ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken)
    {
        var (nonce, tag, value) = _seal.Seal(tenant, name, secret);
        Change(entries =>
        {
            entries[(tenant.Value, name)] = new EncryptedEntry(tenant.Value, name, nonce, tag, value);
            return entries.Count <= MostSecrets ? true : throw new SecretSourceException($"There are {MostSecrets} secrets already.");
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(Change(entries => entries.Remove((tenant.Value, name))));

    private Secret Open(EncryptedEntry entry) => _seal.Open(entry.Tenant, entry.Name, new SealedSecret(entry.Nonce, entry.Tag, entry.Value))
        ?? throw new SecretSourceException($"The secret '{entry.Name}' does not open: the key is another one, or the file was changed.");

    private Dictionary<(string Tenant, string Name), EncryptedEntry> Entries()
    {
        lock (_reading)
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                return [];
            }

            if (_cache is { } cache && cache.Written == info.LastWriteTimeUtc && cache.Length == info.Length)
            {
                return cache.Entries;
            }

            var entries = Read();
            _cache = (info.LastWriteTimeUtc, info.Length, entries);
            return entries;
        }
    }

    private Dictionary<(string Tenant, string Name), EncryptedEntry> Read()
    {
        try
        {
            var stored = new FileInfo(file).Length <= LongestFile ? JsonSerializer.Deserialize(File.ReadAllBytes(file), SecretJson.Default.EncryptedFile) : null;
            return stored is { Version: Version, Secrets: not null } ? stored.Secrets.ToDictionary(entry => (entry.Tenant, entry.Name))
                : throw new SecretSourceException($"'{file}' is no file of secrets that this version reads.");
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException or JsonException or ArgumentException or NullReferenceException) and not SecretSourceException)
        {
            throw new SecretSourceException($"'{file}' cannot be read as a file of secrets.", exception);
        }
    }

    private bool Change(Func<Dictionary<(string Tenant, string Name), EncryptedEntry>, bool> change)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using var alone = Private($"{file}.lock", FileMode.OpenOrCreate);
            var entries = Read();
            if (!change(entries))
            {
                return false;
            }

            var stored = new EncryptedFile(Version, [.. entries.Values.OrderBy(entry => entry.Tenant, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)]);
            using (var writing = Private($"{file}.new", FileMode.Create))
            {
                JsonSerializer.Serialize(writing, stored, SecretJson.Default.EncryptedFile);
                writing.Flush(flushToDisk: true);
            }

            File.Move($"{file}.new", file, overwrite: true);
            lock (_reading)
            {
                _cache = null;
            }

            return true;
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"'{file}' cannot be written: {exception.Message}", exception);
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
}
