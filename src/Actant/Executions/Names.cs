using Actant.Journaling;

namespace Actant.Executions;

/// <summary>What callers may name things.</summary>
internal static class Names
{
    /// <summary>1 to 255 characters, none of them a control character or half of a pair.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 255 && !text.Any(char.IsControl) && JournalText.IsText(text);
}
