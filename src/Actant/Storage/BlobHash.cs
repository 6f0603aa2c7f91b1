using System.Security.Cryptography;

namespace Actant.Storage;

/// <summary>The SHA-256 of some bytes, which is their name.</summary>
/// <param name="Value">64 lower-case hexadecimal digits.</param>
public readonly record struct BlobHash(string Value)
{
    /// <summary>The name of these bytes.</summary>
    public static BlobHash Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Whether a text can be one.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <inheritdoc />
    public override string ToString() => Value;
}
