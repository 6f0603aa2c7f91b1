using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>What <c>docs/features.md</c> calls done is shown by tests, and tests name only rows that it knows.</summary>
public sealed partial class FeatureTests
{
    private static readonly Feature[] s_features = [.. MarkdownTable.Rows(Repository.Read("docs/features.md"))
        .Where(cells => RowId().IsMatch(cells[0]))
        .Select(cells => new Feature(cells[0], cells[1], cells[2]))];

    private static readonly ILookup<string, string> s_traits = (
        from file in Repository.FilesUnder("test", ".cs")
        where !file.EndsWith("/FeatureTests.cs", StringComparison.Ordinal)
        from match in Trait().Matches(Repository.Read(file))
        select (Row: match.Groups["row"].Value, File: file)).ToLookup(trait => trait.Row, trait => trait.File);

    [Fact]
    public void Rows_Ids_AreUnique() =>
        Offenders.AreNone(s_features.GroupBy(feature => feature.Id).Where(rows => rows.Count() > 1).Select(rows => rows.Key));

    [Fact]
    public void Rows_OfTheFirstWalkThroughTheHouse_AreAllThere()
    {
        string[] rows = ["A1", "A2", "A4", "A5", "A6", "X1", "X2", "X3", "X4", "X6", "X9", "X10", "X11", "X12", "I10", "L2",
            "T1", "T4", "T7", "T8", "O1", "O3", "O10", "O11"];

        Offenders.AreNone(rows.Except(s_features.Select(feature => feature.Id)));
    }

    [Fact]
    public void Rows_Status_IsDonePartlyOrPlanned() =>
        Offenders.AreNone(s_features.Where(feature => feature.Status is not ("done" or "partly" or "planned")).Select(feature => feature.Id));

    [Fact]
    public void Rows_Done_HaveATestThatNamesThem() =>
        Offenders.AreNone(s_features.Where(feature => feature.Status == "done" && !s_traits.Contains(feature.Id)).Select(feature => feature.Id));

    [Fact]
    public void Traits_OfTests_NameKnownRows() =>
        Offenders.AreNone(s_traits.Where(trait => s_features.All(feature => feature.Id != trait.Key)).Select(trait => $"{trait.Key}: {trait.First()}"));

    [GeneratedRegex(@"^[A-Z]\d{1,2}$")]
    private static partial Regex RowId();

    [GeneratedRegex("""Trait\("Row",\s*"(?<row>[^"]*)"\)""")]
    private static partial Regex Trait();

    private sealed record Feature(string Id, string Status, string Title);
}
