using System.Diagnostics.CodeAnalysis;

namespace Actant;

/// <summary>Which texts can name something, or be a key of it: the one rule, for what comes by the library and by HTTP.</summary>
public static class NameRules
{
    /// <summary>The most characters of a name where nothing else is said.</summary>
    public const int LongestName = 255;

    /// <summary>Whether a text is well-formed Unicode of 1 to so many characters, none of them a control character.</summary>
    public static bool IsName([NotNullWhen(true)] string? text, int longest = LongestName) =>
        text is { Length: > 0 } && text.Length <= longest && !text.Any(char.IsControl) && IsText(text);

    /// <summary>Whether a name can also stand between the slashes of an address: <c>.</c> and <c>..</c> are removed from one on the way.</summary>
    public static bool IsAddressable([NotNullWhen(true)] string? text) => IsName(text) && text is not ("." or "..");

    /// <summary>Whether a text is well-formed Unicode, without halves of surrogate pairs: none else can be stored.</summary>
    public static bool IsText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
