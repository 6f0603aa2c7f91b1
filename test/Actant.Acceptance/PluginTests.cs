using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The house rules of example 09, in their own program and as a plug-in of the server.</summary>
[Trait("Row", "C4")]
public sealed class PluginTests
{
    private const string Word = "Blue Heron";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Plugin { get; } = Path.Combine(DotnetTool.Root, "examples/09-filters/bin", DotnetTool.Configuration, "net10.0/Actant.Examples.Filters.dll");

    [Theory]
    [InlineData("cheap", "They call it *** here.")]
    [InlineData("costly", "too_expensive")]
    public async Task Example_RedactsRefusesAndDelivers(string model, string said)
    {
        var output = await DotnetTool.RunProgramAsync(DotnetTool.Root, Plugin, model);

        Assert.Contains("console:out: ", output, StringComparison.Ordinal);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Contains("What is ***?", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Word, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WithThePlugin_RedactsInputsResultsAndTokens_AlsoWhereTheFirstAttemptBreaksOff()
    {
        using var folder = new TemporaryFolder();
        folder.Write("clerk.yaml", """
            name: clerk
            model:
              provider: scripted
              model_name: any
              options:
                script:
                  - {tool_calls: [{name: look}]}
                  - {answer: They call it Blue Heron here., fail: {after_tokens: 4, times: 1}}
            nodes: [{name: main, type: agent, tools: [look], on_error: {backoff_ms: 1}}]
            """);
        await using var server = await ActantProcess.ServeAsync(folder.Path, ("ACTANT__PLUGINS__0", Plugin), ("ACTANT__AGENTS", folder.Path));

        var submitted = await server.Client.PostAsJsonAsync("/api/v1/executions", new { agent = "clerk", input = $"What is {Word}?", start = false }, Token);
        var id = JsonElement.Parse(await submitted.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString();
        using var events = await server.Client.GetAsync($"/api/v1/executions/{id}/events", HttpCompletionOption.ResponseHeadersRead, Token);
        await server.Client.PostAsync($"/api/v1/executions/{id}/start", null, Token);
        var told = await events.Content.ReadAsStringAsync(Token);

        Assert.Contains("answer_delta", told, StringComparison.Ordinal);
        Assert.Contains("answer_restarted", told, StringComparison.Ordinal);
        Assert.Contains("They call it *** here.", told, StringComparison.Ordinal);
        Assert.Contains("*** is our next product.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Blue", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Heron", told, StringComparison.Ordinal);

        // The definition has the word; nothing that passed has.
        await server.StopAsync();
        foreach (var file in Directory.GetFiles(folder.Path, "actant.db*"))
        {
            var stored = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, Token));
            Assert.DoesNotContain($"What is {Word}", stored, StringComparison.Ordinal);
            Assert.DoesNotContain($"{Word} is our", stored, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Server_WithThePlugin_RefusesAModelCallByItsPrice()
    {
        using var folder = new TemporaryFolder();
        folder.Write("oracle.yaml", "name: oracle\nmodel: {provider: scripted, model_name: costly}\nnodes: [{name: main, type: agent, on_error: continue}]");
        folder.Write("prices.yaml", "prices: [{provider: scripted, model: costly, input: 1000, output: 1000, date: 2026-01-01, source: made up}]");
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("ACTANT__PLUGINS__0", Plugin), ("ACTANT__AGENTS", folder.Path), ("ACTANT__MODELS__PRICES", Path.Combine(folder.Path, "prices.yaml")));

        var response = await server.Client.PostAsJsonAsync("/api/v1/agents/oracle/execute", new { input = "Why?" }, Token);
        var answer = await response.Content.ReadAsStringAsync(Token);

        Assert.Contains("too_expensive", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_KnowsWhatThePluginAdds_AndSaysWhereItIsMissing()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("clerk.yaml", "name: clerk\nmodel: {provider: scripted, model_name: any}\ntools: [look]");

        Assert.Equal(0, (await ActantProcess.RunAsync(["validate", file], ("ACTANT__PLUGINS__0", Plugin))).Code);
        Assert.Equal(2, (await ActantProcess.RunAsync(["validate", file])).Code);
        var (code, _, error) = await ActantProcess.RunAsync(["validate", file], ("ACTANT__PLUGINS__0", "/nowhere/My.dll"));
        Assert.Equal(2, code);
        Assert.Contains("/nowhere/My.dll", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.dll", "there is no such file")]
    [InlineData("broken.dll", "Build it against this release")]
    [InlineData("Actant.Server.dll", "implements Actant.Hosting.IActantPlugin")]
    public async Task Server_WithAPluginThatIsNone_DoesNotStart_AndSaysWhatToDo(string file, string advice)
    {
        using var folder = new TemporaryFolder();
        folder.Write("broken.dll", "no assembly");
        var path = file.StartsWith("Actant", StringComparison.Ordinal) ? ActantProcess.Dll : Path.Combine(folder.Path, file);

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], ("ACTANT__PLUGINS__0", path));

        Assert.Equal(2, code);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(advice, error, StringComparison.Ordinal);
        Assert.Contains("Actant:Plugins", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTANT__PLUGINS", "/opt/My.dll", "/opt/My.dll")]
    [InlineData("ACTANT__PLUGINS__0", "", "names nothing")]
    public async Task Setting_ThatNamesNoPlugin_DoesNotStartWithout(string name, string value, string told)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], (name, value));

        Assert.Equal(2, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.Contains("ACTANT__PLUGINS__0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugins_ThatCannotBeUsed_AreAllNamed_AndNothingIsMade()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var generic = PluginAssembly.WriteGeneric(Path.Combine(folder.Path, "Generic.dll"));
        var loop = Path.Combine(folder.Path, "Loop.dll");
        File.CreateSymbolicLink(loop, loop);
        string[] serve = ["serve", "--urls", "http://127.0.0.1:0", "--data", data];

        var (code, _, error) = await ActantProcess.RunAsync(
            serve,
            ("ACTANT__SESSIONSECONDS", "soon"),
            ("ACTANT__PLUGINS__0", generic),
            ("ACTANT__PLUGINS__1", PluginAssembly.WriteUninitialised(Path.Combine(folder.Path, "Uninitialised.dll"))),
            ("ACTANT__PLUGINS__2", folder.Path),
            ("ACTANT__PLUGINS__3", loop));

        Assert.Equal(2, code);
        foreach (var told in (string[])["soon", "has type parameters", "No licence. Mend it", "it is a folder", loop])
        {
            Assert.Contains(told, error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        (code, _, error) = await ActantProcess.RunAsync(serve, ("ACTANT__PLUGINS__0", PluginAssembly.WriteFailing(Path.Combine(folder.Path, "Failing.dll"))));
        Assert.Equal(2, code);
        Assert.Contains("Configure failed: Ask me later. Mend it", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Command_PastTheServer_WritesNothingWithoutItsPlugins_UnlessTold()
    {
        using var folder = new TemporaryFolder();
        folder.Write("asks.yaml", """
            name: asks
            nodes: [{name: ask, type: human, prompt: "Number?"}, {name: tell, type: prompt, template: "{{ state.ask }}"}]
            edges: [{from: ask, to: tell}]
            """);
        string id;
        await using (var server = await ActantProcess.ServeAsync(folder.Path, ("ACTANT__PLUGINS__0", Plugin), ("ACTANT__AGENTS", folder.Path)))
        {
            var submitted = await server.Client.PostAsJsonAsync("/api/v1/executions", new { agent = "asks", input = "x" }, Token);
            id = JsonElement.Parse(await submitted.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString()!;
            await server.AnswersAsync($"/api/v1/executions/{id}", System.Net.HttpStatusCode.OK);
            await server.StopAsync();
        }

        string[] resume = ["executions", "resume", id, $"It is {Word}", "--data", folder.Path];
        var (code, _, error) = await ActantProcess.RunAsync(resume);
        var run = await ActantProcess.RunAsync(["run", Path.Combine(folder.Path, "asks.yaml"), Word, "--data", folder.Path]);
        var shown = await ActantProcess.RunAsync(["executions", "show", id, "--data", folder.Path]);
        var with = await ActantProcess.RunAsync(["executions", "cancel", id, "--data", folder.Path], ("ACTANT__PLUGINS__0", Plugin));
        var without = await ActantProcess.RunAsync(["executions", "cancel", id, "--data", folder.Path, "--without-plugins"]);

        Assert.Equal((2, 2, 0, 0, 0), (code, run.Code, shown.Code, with.Code, without.Code));
        foreach (var told in (string[])[error, run.Error])
        {
            Assert.Contains(Path.GetFileName(Plugin), told, StringComparison.Ordinal);
            Assert.Contains("--without-plugins", told, StringComparison.Ordinal);
        }
    }
}
