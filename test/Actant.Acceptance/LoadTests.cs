using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The load driver, briefly: that it works, not what it measures.</summary>
public sealed class LoadTests
{
    private static readonly string s_program =
        Path.Combine(DotnetTool.Root, "bench/Actant.Benchmarks/bin", DotnetTool.Configuration, "net10.0/Actant.Benchmarks.dll");

    [Theory]
    [InlineData("accept", "--rate", "50")]
    [InlineData("execute", "--concurrency", "2")]
    [InlineData("stream", "--tokens", "3")]
    [InlineData("wait", "--count", "5")]
    public async Task Load_EachScenario_AnswersWithoutErrors(string scenario, string option, string value)
    {
        using var folder = new TemporaryFolder();
        var json = Path.Combine(folder.Path, "figures.json");

        await DotnetTool.RunProgramAsync(
            folder.Path, s_program, "load", scenario, option, value, "--duration", "1", "--warm-up", "0", "--model-delay", "100", "--data", folder.Path, "--json", json);

        var figures = JsonElement.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        Assert.True(figures.GetProperty("load")[0].GetProperty("count").GetDouble() > 0);
        Assert.True(figures.GetProperty("load")[0].GetProperty("max ms").GetDouble() > 0);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }
}
