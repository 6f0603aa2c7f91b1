using System.Text.Json;
using System.Text.Json.Nodes;
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
        var blocks = Blocks("yaml").Concat(Blocks("json")).Where(static block => block.IsDefinition).ToList();
        var files = blocks.Select((block, number) => folder.Write($"{Path.GetFileNameWithoutExtension(block.Page)}-{block.Line}.{block.Language}", block.Text)).ToList();

        // What the definitions of the pages name: an agent, keys, a model's key.
        folder.Write("math.yaml", "name: math\nmodel: scripted\n");
        var (_, output, error) = await ActantProcess.RunAsync(
            ["validate", .. files], ("ACTANT_SECRET_WEATHER_KEY", "k"), ("ACTANT_SECRET_SHOP_KEY", "k"), ("ACTANT_SECRET_SLACK_TOKEN", "k"), ("ACTANT_SECRET_SALES_WEBHOOK", "k"), ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"));

        Assert.InRange(files.Count, 14, 200);
        Assert.Equal(files.Select(static file => $"{file}: ok"), (output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Only settings that are known, with values that they take: the server looks at all of them before it starts.</summary>
    [Fact]
    public async Task Pages_Settings_AreTaken()
    {
        var blocks = Blocks("json").Where(static block => block.IsSettings).ToList();
        Assert.InRange(blocks.Count, 2, 20);
        foreach (var block in blocks)
        {
            using var folder = new TemporaryFolder();
            folder.Write("appsettings.json", block.Text);

            // The second setting is always wrong, so that the server only checks.
            var (_, _, error) = await ActantProcess.RunInAsync(
                folder.Path, ["serve", "--urls", "http://127.0.0.1:0"], ("MAX_CONCURRENT_AGENTS", "0"), ("HOUSE_KEY", "k"), ("AZURE_OPENAI_KEY", "k"));

            var wrong = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("See: ", StringComparison.Ordinal));
            Assert.True(wrong.Count() == 1 && error.Contains("MAX_CONCURRENT_AGENTS", StringComparison.Ordinal), $"{block}: {error}");
        }
    }

    [Fact]
    public async Task Pages_PartsOfDefinitions_AreValidInThem()
    {
        using var folder = new TemporaryFolder();
        var blocks = Blocks("json").Where(static block => block.PartOf is not null).ToList();
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            var whole = JsonNode.Parse(block.PartOf!)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(block.Text)!.AsObject())
            {
                whole[name] = value?.DeepClone();
            }

            var (code, output, error) = await ActantProcess.RunAsync(["validate", folder.Write("part.json", whole.ToJsonString())], ("ACTANT_SECRET_WEBHOOK", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));

            Assert.True(code == 0, $"{block}: {output}{error}");
        }
    }

    [Fact]
    public async Task Pages_LinesOfTheLog_AreWrittenSo()
    {
        var lines = Fence.Pages.SelectMany(Fence.Of).Where(static block => block.IsLog).SelectMany(static block => block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path);
        await server.ExecuteAsync("math-assistant", "What is 15 + 27?");
        await server.StopAsync();

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains(server.Log, written => Regex.IsMatch(
            written, $"^{string.Join(".*?", line.Split('…').Select(Regex.Escape))}$", RegexOptions.None, TimeSpan.FromSeconds(1))));
    }

    /// <summary>A piece of JSON that nothing is compared with grows old unseen.</summary>
    [Fact]
    public void Pages_EveryBlockOfJson_IsJsonAndHeldToSomething()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Fence.Root, "test"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(Blocks("json"), block =>
        {
            using var _ = JsonDocument.Parse(block.Text);
            Assert.True(block.IsDefinition || block.IsSettings || block.PartOf is not null || tests.Contains(block.CheckedBy), $"Nothing checks {block}.");
        });
    }

    private static List<Fence> Blocks(string language) =>
        [.. Fence.Pages.SelectMany(Fence.Of).Where(block => block.Language == language && block is { IsNotRun: false, IsAnswer: false, IsLog: false })];
}
