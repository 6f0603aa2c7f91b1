using System.Globalization;
using System.Text;

namespace Actant.Server.Running;

/// <summary>
/// Texts of users, models and tools, made safe to print. What steers a terminal or cannot be seen (control and format characters, separators of lines)
/// is left out of what is read as it runs; in a field it is written as its escape, so that two names that differ do not look alike.
/// </summary>
internal static class TerminalText
{
    private const int Longest = 500;

    /// <summary>Text of any number of lines.</summary>
    public static string Clean(string text) => Replace(text, static (_, _) => { });

    /// <summary>A name or a field: on one line, so that no text looks like a line of ours.</summary>
    public static string Field(string text)
    {
        var shown = Replace(text, static (shown, unit) => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}"));
        return shown.Replace('\n', ' ').Replace('\t', ' ');
    }

    /// <summary>A field that is cut where it gets long.</summary>
    public static string Line(string text) => Cut(Field(text), Longest);

    /// <summary>A text of at most so many units and a sign that it went on, cut between two characters.</summary>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";

    /// <summary>JSON for programs: the same document, in which nothing but escapes stands for what cannot be seen.</summary>
    public static string Json(string json) => Replace(json, static (shown, unit) => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"));

    private static string Replace(string text, Action<StringBuilder, char> write)
    {
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            // Tags are invisible too, and pairs; a half of one, where writers get text in pieces, is not known as such.
            var isTag = text[i] == '\uDB40' && i + 1 < text.Length && text[i + 1] is >= '\uDC00' and <= '\uDC7F';
            if (!isTag && !IsUnsafe(text[i]))
            {
                shown?.Append(text[i]);
                continue;
            }

            shown ??= new StringBuilder(text, 0, i, text.Length + 16);
            if (text[i] != '\r' || i + 1 == text.Length || text[i + 1] != '\n')
            {
                write(shown, text[i]);
            }

            if (isTag)
            {
                write(shown, text[++i]);
            }
        }

        return shown?.ToString() ?? text;
    }

    private static bool IsUnsafe(char c) => c is not ('\n' or '\t') && (c == '\u2065' || char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
