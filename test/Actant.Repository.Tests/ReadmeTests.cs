using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>The first page shows code that is built and commands that exist.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_page = Repository.Read("README.md");

    [Fact]
    public void LibrarySample_OfThePage_IsTheProgramThatIsBuilt()
    {
        var program = Repository.Read("examples/06-library/Program.cs").Trim();

        Assert.Equal(program, CSharp().Match(s_page).Groups["code"].Value.Trim());
        Assert.InRange(program.Split('\n').Length, 1, 25);
    }

    [Fact]
    public void Commands_OfThePage_AreCommandsOfDev()
    {
        var script = Repository.Read("dev");

        Assert.All(DevCommand().Matches(s_page), match => Assert.Contains($"\n  {match.Groups["name"].Value}) ", script, StringComparison.Ordinal));
    }

    [Fact]
    public void Map_OfThePage_HasEveryPageOfDocs() =>
        Offenders.AreNone(Repository.FilesUnder("docs", ".md")
            .Where(file => file.Count(c => c == '/') == 1 && !s_page.Contains($"]({file})", StringComparison.Ordinal)));

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"\./dev (?<name>[a-z]+)")]
    private static partial Regex DevCommand();
}
