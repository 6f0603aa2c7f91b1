using System.Text.Json;

namespace Actant.Secrets;

/// <summary>The text that stands where a secret is meant: <c>secret://NAME</c>.</summary>
internal static class SecretReference
{
    /// <summary>What such a text begins with.</summary>
    public const string Scheme = "secret://";

    /// <summary>Whether a document holds such a text, or a part of one, anywhere in its values.</summary>
    public static bool IsIn(JsonElement document) => document.ValueKind switch
    {
        JsonValueKind.String => document.GetString()!.Contains(Scheme, StringComparison.Ordinal),
        JsonValueKind.Array => document.EnumerateArray().Any(IsIn),
        JsonValueKind.Object => document.EnumerateObject().Any(static member => IsIn(member.Value)),
        _ => false,
    };

    /// <summary>What it refers to, whether or not that can be a name; <c>null</c> if it is no reference.</summary>
    public static string? NameOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : null;
    }
}
