namespace Actant.AspNetCore.Requests;

/// <summary>Which texts can be names and keys.</summary>
internal static class RequestText
{
    /// <summary>Whether a text is 1 to 255 characters of well-formed Unicode without control characters.</summary>
    public static bool IsName(string? text) => Is(text, RequestLimits.NameLength);

    /// <summary>The same of another length.</summary>
    public static bool Is(string? text, int longest)
    {
        if (text is not { Length: > 0 } || text.Length > longest)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                return false;
            }

            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
