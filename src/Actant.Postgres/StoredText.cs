namespace Actant.Postgres;

/// <summary>PostgreSQL's texts hold no U+0000 and no half of a surrogate pair; nothing that has one can have been stored.</summary>
internal static class StoredText
{
    public static bool CanBe(string? text)
    {
        if (text is null)
            return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
                return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        }

        return true;
    }

    /// <summary>A text for people, with what cannot be stored replaced.</summary>
    public static string? Clean(string? text) => CanBe(text)
        ? text
        : string.Concat(text!.EnumerateRunes().Select(static rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
}
