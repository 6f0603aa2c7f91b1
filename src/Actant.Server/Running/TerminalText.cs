namespace Actant.Server.Running;

/// <summary>Texts of models and tools, made safe to print: what controls a terminal is left out.</summary>
internal static class TerminalText
{
    private const int Longest = 500;

    public static string Clean(string text) => text.Any(IsUnsafe) ? string.Concat(text.Where(c => !IsUnsafe(c))) : text;

    /// <summary>On one line, cut where it gets long.</summary>
    public static string Line(string text)
    {
        var line = Clean(text.ReplaceLineEndings(" "));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    // What turns the direction of writing hides what follows.
    private static bool IsUnsafe(char c) => (char.IsControl(c) && c is not ('\n' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
