namespace Actant.Repository.Tests;

/// <summary>The rows of the Markdown tables of a page, cell by cell, without their heads.</summary>
internal static class MarkdownTable
{
    public static IEnumerable<string[]> Rows(string page)
    {
        var lines = page.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var isHead = i + 1 < lines.Length && IsRule(lines[i + 1]);
            if (lines[i].StartsWith('|') && !isHead && !IsRule(lines[i]))
            {
                yield return [.. lines[i].Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
            }
        }
    }

    private static bool IsRule(string line) => line.StartsWith('|') && line.All(c => c is '|' or '-' or ':' or ' ' or '\r');
}
