namespace Actant.Schemas.Tests;

public sealed class OfficialSuiteTests
{
    private static readonly string[] s_assertedFormats = ["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "unknown"];

    private static readonly KnownFailures[] s_optionalFailures =
    [
        new("dependencies-compatibility | ", 14, "`dependencies` is not a keyword of 2020-12; it is ignored like any unknown one"),
        new("cross-draft | ", 1, "documents of other drafts are not processed by the rules of their draft"),
    ];

    [Fact]
    public void Required_WholeDraft_FailsOnlyWhereKnown() =>
        Check(OfficialSuite.Read(""), assertFormats: false, minimum: 1299, []);

    [Fact]
    public void Optional_WholeDraft_FailsOnlyWhereKnown() =>
        Check(OfficialSuite.Read("optional"), assertFormats: false, minimum: 162, s_optionalFailures);

    [Fact]
    public void OptionalFormats_Asserted_FailOnlyWhereKnown() =>
        Check(
            OfficialSuite.Read("optional/format", name => s_assertedFormats.Contains(name)),
            assertFormats: true,
            minimum: 352,
            []);

    private static void Check(IEnumerable<OfficialTest> tests, bool assertFormats, int minimum, KnownFailures[] known)
    {
        Assert.SkipWhen(OfficialSuite.Directory is null, $"{OfficialSuite.Variable} does not name a checkout of the official test suite.");
        var options = OfficialSuite.ReadOptions(assertFormats);
        var all = tests.ToList();
        var failures = all
            .Select(test => (test.Name, Failure: OfficialSuite.Run(test, options)))
            .Where(outcome => outcome.Failure is not null)
            .ToList();
        var surprises = failures
            .Where(failure => !known.Any(group => failure.Name.StartsWith(group.Prefix, StringComparison.Ordinal)))
            .Select(failure => $"{failure.Name}: {failure.Failure}")
            .ToList();

        Assert.True(all.Count >= minimum, $"only {all.Count} tests were found, expected at least {minimum}");
        Assert.True(surprises.Count == 0, string.Join(Environment.NewLine, surprises));
        foreach (var group in known)
        {
            Assert.Equal(group.Count, failures.Count(failure => failure.Name.StartsWith(group.Prefix, StringComparison.Ordinal)));
        }
    }

    /// <summary>Tests we fail on purpose: exactly so many whose name begins like that.</summary>
    private sealed record KnownFailures(string Prefix, int Count, string Reason);
}
