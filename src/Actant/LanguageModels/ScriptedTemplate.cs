using System.Text;
using System.Text.RegularExpressions;
using Actant.Journaling;

namespace Actant.LanguageModels;

/// <summary>
/// A text with <c>{{ name }}</c>s: <c>last_user</c>, <c>last_tool</c>, <c>turn</c>, and the groups of the rule's pattern by
/// number or name. What is no such name stays as it is written.
/// </summary>
internal sealed class ScriptedTemplate(string text)
{
    /// <summary>A rendered text is cut here: a template may repeat a long input many times.</summary>
    public const int LongestText = 1024 * 1024;

    public static ScriptedTemplate Empty { get; } = new("");

    public bool IsEmpty => text.Length == 0;

    public string Render(ScriptedConversation conversation, Match? match)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }

        var rendered = new StringBuilder();
        var position = 0;
        while (position < text.Length && rendered.Length < LongestText)
        {
            var open = text.IndexOf("{{", position, StringComparison.Ordinal);
            var close = open < 0 ? -1 : text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                rendered.Append(text, position, text.Length - position);
                break;
            }

            rendered.Append(text, position, open - position);
            rendered.Append(Value(text[(open + 2)..close].Trim(), conversation, match) ?? text[open..(close + 2)]);
            position = close + 2;
        }

        // A group of a pattern, and the cut, may end in the middle of a character.
        return JournalText.AsText(rendered.ToString(0, Math.Min(rendered.Length, LongestText)));
    }

    private static string? Value(string name, ScriptedConversation conversation, Match? match) => name switch
    {
        "last_user" => conversation.LastUser,
        "last_tool" => conversation.LastTool,
        "turn" => conversation.Turn.ToString(),
        _ => match is null ? null : Value(int.TryParse(name, out var number) ? match.Groups[number] : match.Groups[name], match),
    };

    // An unknown group is the one that failed and is not among the match's own.
    private static string? Value(Group group, Match match) => group.Success || match.Groups.ContainsKey(group.Name) ? group.Value : null;
}
