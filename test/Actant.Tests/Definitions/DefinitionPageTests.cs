using System.Reflection;
using Actant.Definitions;

namespace Actant.Tests.Definitions;

/// <summary>Keeps <c>docs/definitions.md</c> true.</summary>
public sealed class DefinitionPageTests
{
    private static readonly string s_page = File.ReadAllText(FindPage());

    public static TheoryData<string> Examples { get; } = [.. FindExamples()];

    public static TheoryData<string> Codes { get; } =
        [.. typeof(DefinitionErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)];

    public static TheoryData<string> Words { get; } =
    [
        .. WireNames.NodeTypes.Keys, .. WireNames.EdgeTypes.Keys, .. WireNames.Joins.Keys, .. WireNames.ErrorStrategies.Keys,
        .. WireNames.Reducers.Keys, .. WireNames.Durabilities.Keys, .. WireNames.ToolClasses.Keys, .. WireNames.UnknownOutcomes.Keys,
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Page_Example_IsValid(string example) => Assert.Empty(DefinitionSamples.Check(example).Problems);

    [Fact]
    public void Page_Examples_AreFound() => Assert.Equal(9, Examples.Count);

    [Theory]
    [MemberData(nameof(Codes))]
    public void Page_EveryCode_IsListed(string code) => Assert.Contains($"\n| `{code}` |", s_page, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Words))]
    public void Page_EveryValue_IsNamed(string word) =>
        Assert.True(s_page.Contains($"`{word}`", StringComparison.Ordinal) || s_page.Contains($"### {word}", StringComparison.Ordinal), word);

    private static IEnumerable<string> FindExamples()
    {
        var parts = s_page.Split("\n```");
        for (var i = 1; i < parts.Length; i += 2)
        {
            var body = parts[i].IndexOf('\n', StringComparison.Ordinal);
            Assert.Contains(parts[i][..body], (string[])["yaml", "json"]);
            yield return parts[i][(body + 1)..];
        }
    }

    private static string FindPage()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var page = Path.Combine(folder.FullName, "docs", "definitions.md");
            if (File.Exists(page))
            {
                return page;
            }
        }

        throw new FileNotFoundException("docs/definitions.md is not above the tests.");
    }
}
