using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>Decision records are short, numbered without gaps, and decided.</summary>
public sealed partial class DecisionRecordTests
{
    private static readonly string[] s_records = [.. Repository.FilesUnder("docs/adr", ".md")];

    [Fact]
    public void Records_Numbers_AreUniqueAndWithoutGaps() =>
        Assert.Equal(
            Enumerable.Range(1, s_records.Length).Select(number => number.ToString("D4")),
            s_records.Select(file => FileName().Match(file).Groups["number"].Value));

    [Fact]
    public void Records_Lengths_AreAtMost60Lines() =>
        Offenders.AreNone(s_records.Where(file => File.ReadLines(Path.Combine(Repository.Root, file)).Count() > 60));

    [Fact]
    public void Records_Heads_HaveTheFilesNumberAndAStatusThatEnds() =>
        Assert.All(s_records, file =>
        {
            var number = FileName().Match(file).Groups["number"].Value;
            Assert.Matches($@"\A# {number} .+\n\nStatus: (accepted|superseded by \d{{4}}|withdrawn), \d{{4}}-\d\d-\d\d\n", Repository.Read(file));
        });

    [Fact]
    public void Records_Parts_AreThereInOrder() =>
        Assert.All(s_records, file => Assert.Equal(
            ["Context", "Options", "Outcome", "Verified by"],
            Heading().Matches(Repository.Read(file)).Select(match => match.Groups["title"].Value)));

    [GeneratedRegex(@"/(?<number>\d{4})-[a-z0-9-]+\.md$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^## (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
