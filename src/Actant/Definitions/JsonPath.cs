namespace Actant.Definitions;

/// <summary>Builds the paths of problems.</summary>
internal static class JsonPath
{
    private const int LongestKey = 64;

    public static string Item(string path, int index) => $"{path}[{index}]";

    public static string Member(string path, string key) =>
        IsPlain(key) ? $"{path}.{key}" : $"{path}['{Shorten(key).Replace("\\", "\\\\").Replace("'", "\\'")}']";

    /// <summary>Puts a path that starts with <c>$</c> below another.</summary>
    public static string Join(string path, string relative) =>
        relative.StartsWith('$') ? path + relative[1..] : Member(path, relative);

    /// <summary>User text in messages and paths is bounded, so that a problem stays readable.</summary>
    public static string Shorten(string text) =>
        text.Length <= LongestKey ? text : text[..(char.IsHighSurrogate(text[LongestKey - 2]) ? LongestKey - 2 : LongestKey - 1)] + "…";

    private static bool IsPlain(string key)
    {
        if (key.Length is 0 or > LongestKey || char.IsAsciiDigit(key[0]))
        {
            return false;
        }

        foreach (var c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not '_')
            {
                return false;
            }
        }

        return true;
    }
}
