namespace Actant.Executions;

/// <summary>What callers may name things.</summary>
internal static class Names
{
    /// <summary>1 to 255 characters, none of them a control character or half of a pair.</summary>
    public static bool IsId(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i]))))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 255;
    }
}
