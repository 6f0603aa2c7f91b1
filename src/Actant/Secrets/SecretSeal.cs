using System.Security.Cryptography;
using System.Text;

namespace Actant.Secrets;

/// <summary>Encrypts secrets with AES-256-GCM, each bound to its tenant, name and hosts: elsewhere it does not open.</summary>
/// <param name="key">32 bytes.</param>
internal sealed class SecretSeal(ReadOnlyMemory<byte> key)
{
    private const int Version = 1;

    // What an older release takes for unbound does not open there.
    private const int VersionWithHosts = 2;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int IdBytes = 4;

    /// <summary>Tells keys apart without telling them.</summary>
    public string KeyId { get; } = Convert.ToHexStringLower(
        SHA256.HashData([.. "actant-secret-key\0"u8, .. key.Span]).AsSpan(0, IdBytes));

    /// <exception cref="ArgumentException">The name is malformed, or the value is empty or too large.</exception>
    public static byte[] Check(string name, Secret secret)
    {
        if (!SecretName.IsValid(name))
        {
            throw new ArgumentException($"'{name}' cannot name a secret: letters, digits, '.', '_' and '-' can, 128 at most.", nameof(name));
        }

        var value = Encoding.UTF8.GetBytes(secret.Reveal());
        return value.Length is > 0 and <= SecretName.LongestValue ? value
            : throw new ArgumentException($"A secret has 1 to {SecretName.LongestValue} bytes.", nameof(secret));
    }

    /// <exception cref="ArgumentException">The name is malformed, or the value is empty or too large.</exception>
    public SealedSecret Seal(TenantId tenant, string name, Secret secret)
    {
        var value = Check(name, secret);
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var (sealedValue, tag) = (new byte[value.Length], new byte[TagBytes]);
        using var aes = new AesGcm(key.Span, TagBytes);
        IReadOnlyList<string>? hosts = secret.Hosts is { Count: > 0 } ? [.. secret.Hosts] : null;
        aes.Encrypt(nonce, value, sealedValue, tag, Place(tenant.Value, name, hosts));
        return new SealedSecret(nonce, tag, sealedValue, hosts);
    }

    /// <summary>The secret; <c>null</c> if it was sealed with another key or for another place, or was changed.</summary>
    public Secret? Open(string tenant, string name, SealedSecret secret)
    {
        try
        {
            var value = new byte[secret.Value.Length];
            using var aes = new AesGcm(key.Span, TagBytes);
            aes.Decrypt(secret.Nonce, secret.Value, secret.Tag, value, Place(tenant, name, secret.Hosts));
            return new Secret(Encoding.UTF8.GetString(value), secret.Hosts);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[] Place(string tenant, string name, IReadOnlyList<string>? hosts) => Encoding.UTF8.GetBytes(hosts is { Count: > 0 }
        ? $"actant-secret-{VersionWithHosts}\0{tenant}\0{name}\0{string.Join('\0', hosts)}"
        : $"actant-secret-{Version}\0{tenant}\0{name}");
}
