using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>Links of pages lead somewhere, also to headings.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages() => [.. Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_EveryLink_LeadsSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(page) ?? "";
        var text = Fence().Replace(Repository.Read(page), "");

        Offenders.AreNone(Link().Matches(text).Select(match => match.Groups["target"].Value).Where(target => !Leads(page, folder, target)));
    }

    private static bool Leads(string page, string folder, string target)
    {
        if (target.StartsWith("https://", StringComparison.Ordinal) || target.StartsWith("http://", StringComparison.Ordinal))
        {
            return true;
        }

        var parts = target.Split('#', 2);
        var full = parts[0].Length == 0
            ? Path.Combine(Repository.Root, page)
            : Path.GetFullPath(Path.Combine(Repository.Root, folder, parts[0]));
        if (!full.StartsWith(Repository.Root, StringComparison.Ordinal) || !(File.Exists(full) || Directory.Exists(full)))
        {
            return false;
        }

        return parts.Length == 1 || Anchors(File.ReadAllText(full)).Contains(parts[1]);
    }

    private static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(Fence().Replace(text, "")).Select(match => NotInAnchor().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
