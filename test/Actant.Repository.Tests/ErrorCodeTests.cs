using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>All stable codes stand on one page.</summary>
public sealed partial class ErrorCodeTests
{
    private static readonly string[] s_listed = [.. MarkdownTable.Rows(Repository.Read("docs/errors.md"))
        .Select(cells => ListedCode().Match(cells[0]))
        .Where(match => match.Success)
        .Select(match => match.Groups["code"].Value)];

    [Fact]
    public void Page_Codes_StandOnItOnce() =>
        Offenders.AreNone(s_listed.GroupBy(code => code).Where(rows => rows.Count() > 1).Select(rows => rows.Key));

    [Fact]
    public void Page_CodesOfSource_AreAllOnIt() =>
        Offenders.AreNone(
            from file in Repository.FilesUnder("src", ".cs")
            from code in Codes(file, Repository.Read(file))
            where !s_listed.Contains(code)
            select $"{code}: {file}");

    [Theory]
    [InlineData("a.cs", """Code = "cycle_limit",""")]
    [InlineData("a.cs", """new Refusal("cycle_limit", "It is over.")""")]
    [InlineData("a.cs", """Failure("cycle_limit", message)""")]
    [InlineData("a.cs", """Refused("cycle_limit", message)""")]
    [InlineData("a.cs", """Problem($"$.edges[{i}]", "cycle_limit", message)""")]
    [InlineData("a.cs", """new DefinitionProblem("$.a", "cycle_limit", message)""")]
    [InlineData("a.cs", """problems.Add(new(path, "cycle_limit", message));""")]
    [InlineData("a.cs", """Errors.Add($"$.{name}", "cycle_limit", message)""")]
    [InlineData("a.cs", """throw new DefinitionException([new("$.nodes", "cycle_limit", message)]);""")]
    [InlineData("a.cs", """["cycle_limit"] = (ErrorCategory.Conflict, "It is over")""")]
    [InlineData("GraphErrors.cs", """public const string CycleLimit = "cycle_limit";""")]
    public void Codes_OfSource_AreFound(string file, string text) => Assert.Equal(["cycle_limit"], Codes(file, text));

    [Fact]
    public void Refusals_OfSource_HaveACategory()
    {
        var known = CategorisedCode().Matches(Repository.Read("src/Actant/Api/RefusalTable.cs"))
            .Concat(ConstantCode().Matches(Repository.Read("src/Actant.AspNetCore/Problems/ProblemCodes.cs")))
            .Select(match => match.Groups["code"].Value).ToHashSet();

        Offenders.AreNone(
            from file in Repository.FilesUnder("src", ".cs")
            from match in RefusedCode().Matches(Repository.Read(file))
            let code = match.Groups["code"].Value
            where !known.Contains(code)
            select $"{code}: {file}");
    }

    private static IEnumerable<string> Codes(string file, string text)
    {
        var found = UsedCode().Matches(text).Concat(ProblemCode().Matches(text)).Concat(CategorisedCode().Matches(text));
        if (CodeList().IsMatch(file))
        {
            found = found.Concat(ConstantCode().Matches(text));
        }

        return found.Select(match => match.Groups["code"].Value);
    }

    [GeneratedRegex(@"^`(?<code>[a-z]+(_[a-z0-9]+)*)`$")]
    private static partial Regex ListedCode();

    [GeneratedRegex("""(\bCode = |(Failure|Refusal|Refuse|Refused|Fail|Failed)\(\s*|ToolResult\.\w+\(\s*)"(?<code>[a-z]+(_[a-z0-9]+)+)"(?=[,;)\s])""")]
    private static partial Regex UsedCode();

    // The code stands behind the path of what is wrong.
    [GeneratedRegex("""(Problem|\.Add|\bnew)\(\s*(new\(\s*)?(\w*[pP]ath|\$?"[$?][^"]*"),\s*"(?<code>[a-z]+(_[a-z0-9]+)+)",""")]
    private static partial Regex ProblemCode();

    [GeneratedRegex("""\["(?<code>[a-z]+(_[a-z0-9]+)*)"\] = \(ErrorCategory\.""")]
    private static partial Regex CategorisedCode();

    [GeneratedRegex("""(\bRefusal|\bRefused|Reply<\w+>\.Refused|ProblemException)\(\s*"(?<code>[a-z]+(_[a-z0-9]+)*)"(?=,)""")]
    private static partial Regex RefusedCode();

    [GeneratedRegex("""const string \w+ = "(?<code>[a-z]+(_[a-z0-9]+)*)";""")]
    private static partial Regex ConstantCode();

    [GeneratedRegex(@"(Errors|Codes|Refusals|InterruptReasons)\.cs$")]
    private static partial Regex CodeList();
}
