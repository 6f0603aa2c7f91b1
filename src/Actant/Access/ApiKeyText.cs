using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Actant.Access;

/// <summary>The text of a key: <c>actant_</c>, its id, and 256 random bits, so that a plain hash of it is enough.</summary>
internal sealed record ApiKeyText(string Id, string Secret)
{
    private const string Prefix = "actant_";
    private const int IdLength = 16;
    private const int SecretLength = 43;

    public static ApiKeyText Create(Guid id)
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        return new ApiKeyText(id.ToString("N")[^IdLength..], Base64Url.EncodeToString(secret));
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = text.Length == Prefix.Length + IdLength + 1 + SecretLength
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length + IdLength] == '_'
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                ? new ApiKeyText(text.Substring(Prefix.Length, IdLength), text[^SecretLength..])
                : null;
        return key is not null;
    }

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    public override string ToString() => $"{Prefix}{Id}_{Secret}";
}
