using System.Security.Cryptography;
using System.Text;
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
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
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

    /// <summary>The names of a tenant's secrets, sorted.</summary>
    /// <exception cref="SecretSourceException">The file is damaged.</exception>
    public IReadOnlyList<string> Names(TenantId tenant) =>
        [.. Entries().Keys.Where(entry => entry.Tenant == tenant.Value).Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    /// <summary>Stores a secret, over an older one.</summary>
    /// <exception cref="ArgumentException">The name is malformed, or the value is empty or too large.</exception>
    /// <exception cref="SecretSourceException">The file is damaged, locked by another writer, full, or cannot be written.</exception>
    public void Set(TenantId tenant, string name, Secret secret)
    {
        var value = Encoding.UTF8.GetBytes(secret.Reveal());
        if (!SecretName.IsValid(name))
        {
            throw new ArgumentException($"'{name}' cannot name a secret: letters, digits, '.', '_' and '-' can, 128 at most.", nameof(name));
        }

        if (value.Length is 0 or > SecretName.LongestValue)
        {
            throw new ArgumentException($"A secret has 1 to {SecretName.LongestValue} bytes.", nameof(secret));
        }

        Change(entries =>
        {
            entries[(tenant.Value, name)] = Seal(tenant.Value, name, value);
            return entries.Count <= MostSecrets ? true : throw new SecretSourceException($"There are {MostSecrets} secrets already.");
        });
    }

    /// <summary>Removes a secret.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SecretSourceException">The file is damaged, locked by another writer, or cannot be written.</exception>
    public bool Remove(TenantId tenant, string name) => Change(entries => entries.Remove((tenant.Value, name)));

    private static byte[] Place(string tenant, string name) => Encoding.UTF8.GetBytes($"actant-secret-{Version}\0{tenant}\0{name}");

    private EncryptedEntry Seal(string tenant, string name, byte[] value)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var (sealedValue, tag) = (new byte[value.Length], new byte[TagBytes]);
        using var aes = new AesGcm(key.Span, TagBytes);
        aes.Encrypt(nonce, value, sealedValue, tag, Place(tenant, name));
        return new EncryptedEntry(tenant, name, nonce, tag, sealedValue);
    }

    private Secret Open(EncryptedEntry entry)
    {
        try
        {
            var value = new byte[entry.Value.Length];
            using var aes = new AesGcm(key.Span, TagBytes);
            aes.Decrypt(entry.Nonce, entry.Value, entry.Tag, value, Place(entry.Tenant, entry.Name));
            return new Secret(Encoding.UTF8.GetString(value));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new SecretSourceException($"The secret '{entry.Name}' does not open: the key is another one, or the file was changed.", exception);
        }
    }

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
