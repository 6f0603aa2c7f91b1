using System.Security.Cryptography;
using System.Text;

namespace Actant.Access;

/// <summary>
/// A key of this process only, for a program that has opened the data itself and asks its own server: whoever can open the data
/// may do everything with it.
/// </summary>
public sealed class OwnerKey
{
    /// <summary>What to send.</summary>
    public string Text { get; } = $"owner_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>The user whose program it is, for the record.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether a text is this key.</summary>
    public bool Is(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Text));
}
