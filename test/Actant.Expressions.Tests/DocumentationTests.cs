using System.Text.RegularExpressions;

namespace Actant.Expressions.Tests;

/// <summary>The user page says what is so.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "expressions.md"));

    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (var line in Block("cel").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var arrow = line.LastIndexOf("//", StringComparison.Ordinal);
            data.Add(line[..arrow].TrimEnd(), line[(arrow + 2)..].Trim());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Page_Example_HasTheValueItShows(string source, string expected) =>
        ExpressionAssert.Yields(expected, source, Block("json"));

    [Fact]
    public void Page_ErrorTable_ListsEveryCode()
    {
        var codes = typeof(ExpressionErrorCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(codes.Order(), CodeRow().Matches(Page).Select(match => match.Groups["code"].Value).Order());
    }

    [Fact]
    public void Page_LimitTable_HasTheDefaults()
    {
        var options = ExpressionOptions.Default;

        int[] limits = [options.MaxSourceLength, options.MaxTemplateLength, options.MaxSteps, options.MaxStringLength];

        foreach (var limit in limits)
        {
            Assert.Contains($"| {limit:N0}", Page, StringComparison.Ordinal);
        }
    }

    private static string Block(string language) =>
        Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups[1].Value;

    [GeneratedRegex(@"^\| `(?<code>expression_\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeRow();
}
