using System.Text.RegularExpressions;

namespace Actant.Acceptance.Pages;

/// <summary>
/// One block of code of a page. A comment of HTML right before it, which readers of the page do not see, may say what is done with it:
/// <c>not run: why</c>; <c>file: NAME</c>, it is written to that file; <c>answers</c>, it is what the commands before it print, with
/// <c>…</c> for whatever varies; <c>logs</c>, it is a line of the server's log, likewise; <c>with: code</c>, what stands around an excerpt of C#;
/// <c>part: {…}</c>, the definition that a piece of JSON is a part of; <c>checked by: CLASS</c>, the tests of which class hold it to what is true.
/// </summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Line">Where the block begins, counted from 1.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Mark">The comment before it, or nothing.</param>
internal sealed partial record Fence(string Page, int Line, string Language, string Text, string Mark)
{
    private static readonly EnumerationOptions s_deep = new() { RecurseSubdirectories = true };

    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    /// <summary>The pages that a user reads.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        .. Files("docs", new EnumerationOptions()),
        .. Files("examples", s_deep),
    ];

    public bool IsNotRun => Mark.StartsWith("not run: ", StringComparison.Ordinal);

    public bool IsAnswer => Mark == "answers";

    public bool IsLog => Mark == "logs";

    /// <summary>The definition that it is a part of, or <c>null</c>.</summary>
    public string? PartOf => After("part: ");

    /// <summary>The class of tests that looks at it, or <c>null</c>.</summary>
    public string? CheckedBy => After("checked by: ");

    /// <summary>Whether it is settings of the server, as they stand in <c>appsettings.json</c>.</summary>
    public bool IsSettings => Language == "json" && Text.TrimStart().TrimStart('{').TrimStart().StartsWith("\"Actant\":", StringComparison.Ordinal);

    /// <summary>Whether it is a definition.</summary>
    public bool IsDefinition => Language == "yaml" || (Language == "json" && Kind().IsMatch(Text));

    /// <summary>The name of the file that it is, or <c>null</c>.</summary>
    public string? File => After("file: ");

    /// <summary>What stands around it, or <c>null</c>.</summary>
    public string? Context => After("with: ");

    public static IReadOnlyList<Fence> Of(string page)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(Root, page)).ReplaceLineEndings("\n");
        return [.. Block().Matches(text).Select(block => new Fence(
            page,
            text.AsSpan(0, block.Groups["text"].Index).Count('\n'),
            block.Groups["language"].Value,
            block.Groups["text"].Value,
            block.Groups["mark"].Value.Trim()))];
    }

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Files(string folder, EnumerationOptions options) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", options)
        .Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    [GeneratedRegex("\"(?:nodes|tools)\":")]
    private static partial Regex Kind();

    private string? After(string word) => Mark.StartsWith(word, StringComparison.Ordinal) ? Mark[word.Length..].Trim() : null;

    [GeneratedRegex(@"(?:<!--(?<mark>(?:(?!-->)[\s\S])*)-->\n+)?^```(?<language>\w*)\n(?<text>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Block();
}
