using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actant.Acceptance.Pages;

/// <summary>The code and the documents that pages show are what is taken.</summary>
public sealed class PageCodeTests
{
    [Fact]
    public async Task Pages_EveryBlockOfCSharp_Compiles()
    {
        var blocks = Blocks("csharp");
        using var folder = new TemporaryFolder();

        Assert.InRange(blocks.Count, 12, 100);
        var errors = await PageCode.ErrorsAsync(blocks, folder.Path);
        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    [Fact]
    public async Task Pages_EveryDefinition_IsValid()
    {
        using var folder = new TemporaryFolder();
        var blocks = Blocks("yaml").Concat(Blocks("json").Where(static block => Regex.IsMatch(block.Text, "\"(?:nodes|tools)\":", RegexOptions.None, TimeSpan.FromSeconds(1)))).ToList();
        var files = blocks.Select((block, number) => folder.Write($"{Path.GetFileNameWithoutExtension(block.Page)}-{block.Line}.{block.Language}", block.Text)).ToList();

        // What the definitions of the pages name: an agent, keys, a model's key.
        folder.Write("math.yaml", "name: math\nmodel: scripted\n");
        var (_, output, error) = await ActantProcess.RunAsync(
            ["validate", .. files], ("ACTANT_SECRET_WEATHER_KEY", "k"), ("ACTANT_SECRET_SHOP_KEY", "k"), ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"));

        Assert.InRange(files.Count, 14, 200);
        Assert.Equal(files.Select(static file => $"{file}: ok"), (output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Pages_EveryBlockOfJson_IsJson() => Assert.All(Blocks("json"), static block => JsonDocument.Parse(block.Text));

    private static List<Fence> Blocks(string language) =>
        [.. Fence.Pages.SelectMany(Fence.Of).Where(block => block.Language == language && block is { IsNotRun: false, IsAnswer: false })];
}
