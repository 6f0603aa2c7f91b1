using System.Text.Json;

namespace Actant.Acceptance;

[Trait("Row", "O10")]
public sealed class CommandLineTests
{
    private const string Sums = """
        name: sums
        instructions: Use the calculator.
        model: {provider: scripted, model_name: calculator}
        tools: {calculator: true}
        """;

    private const string Failing = """
        name: failing
        instructions: Fail.
        model: {provider: scripted, model_name: broken, options: {default: {answer: never, fail: {code: model_request_rejected}}}}
        """;

    private const string Approval = """
        name: approval
        nodes:
          - {name: approve, type: human, prompt: "Publish?"}
        edges: []
        """;

    private const string Desk = """
        name: desk
        instructions: Let others work.
        model:
          provider: scripted
          model_name: relay
          options:
            script:
              - tool_calls: [{name: ask_sums, arguments: {task: "What is 15 + 27?"}}]
              - done
        tool_definitions:
          - {name: ask_sums, type: agent, config: {agent: sums}}
        tools: [ask_sums]
        """;

    private const string AskingChild = """
        name: asking
        nodes:
          - {name: box, type: graph, spawn: true, graph: {nodes: [{name: ask, type: human, prompt: "Really?"}]}}
        """;

    private const string Broken = """
        name: broken
        instructions: x
        model: {provider: nobody, model_name: x}
        tools: [nothing]
        """;

    [Fact]
    public async Task Run_Sum_ShowsTheAnswerWithoutTerminalCodes()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(["run", folder.Write("sums.yaml", Sums), "What is 15 + 27?"]);

        Assert.Equal(0, code);
        Assert.Contains("42", output, StringComparison.Ordinal);
        Assert.Contains("calculator", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.Equal("", error);
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Run_Json_PrintsTheExecuteResponseAndNothingElse()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(["run", folder.Write("sums.yaml", Sums), "What is 15 + 27?", "--json"]);

        Assert.Equal(0, code);
        Assert.Equal("", error);
        Assert.Single(output.TrimEnd().Split('\n'));
        var body = JsonElement.Parse(output);
        Assert.Equal("completed", body.GetProperty("state").GetString());
        Assert.Equal("What is 15 + 27?", body.GetProperty("input").GetString());
        Assert.Equal(42, body.GetProperty("output").GetProperty("tool_results")[0].GetProperty("output").GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task Run_ModelFails_ExitsWithOne()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("failing.yaml", Failing);

        var shown = await ActantProcess.RunAsync(["run", file, "x"]);
        var json = await ActantProcess.RunAsync(["run", file, "x", "--json"]);

        Assert.Equal(1, shown.Code);
        Assert.Contains("model_request_rejected", shown.Output, StringComparison.Ordinal);
        Assert.Equal(1, json.Code);
        Assert.Equal("failed", JsonElement.Parse(json.Output).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Run_ChildAsks_ExitsWithThreeAndSaysWhoAsks()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("asking.yaml", AskingChild);

        var shown = await ActantProcess.RunAsync(["run", file, "x"]);
        var json = await ActantProcess.RunAsync(["run", file, "x", "--json"]);

        Assert.Equal((3, 3), (shown.Code, json.Code));
        Assert.Contains("Really?", shown.Output, StringComparison.Ordinal);
        var body = JsonElement.Parse(json.Output);
        Assert.Equal("Really?", body.GetProperty("interrupts")[0].GetProperty("prompt").GetString());
        Assert.Contains(body.GetProperty("task_id").GetString()!, json.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task Run_BadDefinition_ExitsWithTwoAndKeepsStdoutClean()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(["run", folder.Write("broken.yaml", Broken), "x", "--json"]);

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains("[unknown_tool]", error, StringComparison.Ordinal);
        Assert.Contains("[unknown_provider]", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "X9")]
    public async Task Run_HumanNode_ExitsWithThreeAndSaysHowToGoOn()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");

        var (code, output, error) = await ActantProcess.RunAsync(["run", folder.Write("approval.yaml", Approval), "x", "--data", data, "--json"]);

        Assert.Equal(3, code);
        Assert.Equal("interrupted", JsonElement.Parse(output).GetProperty("state").GetString());
        Assert.Matches("actant executions resume \\S+ ANSWER --data ", error);
    }

    [Fact]
    public async Task Run_SecondTurnInADataFolder_SeesTheFirst()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["run", folder.Write("sums.yaml", Sums), "What is 1 + 1?", "--data", Path.Combine(folder.Path, "data"), "--thread", "t", "--json"];
        await ActantProcess.RunAsync(command);

        var (code, output, _) = await ActantProcess.RunAsync(command);

        Assert.Equal(0, code);
        Assert.Equal("t", JsonElement.Parse(output).GetProperty("thread_id").GetString());
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task Validate_GoodAndBadFiles_PrintsEveryProblemOfEvery()
    {
        using var folder = new TemporaryFolder();
        var good = folder.Write("sums.yaml", Sums);
        var bad = folder.Write("broken.yaml", Broken);
        var missing = Path.Combine(folder.Path, "missing.yaml");

        var (code, output, _) = await ActantProcess.RunAsync(["validate", good, bad, missing]);

        Assert.Equal(2, code);
        Assert.Contains($"{good}: ok", output, StringComparison.Ordinal);
        Assert.Matches(@"broken\.yaml: \$\.\S+: .+ \[unknown_tool\]", output);
        Assert.Matches(@"broken\.yaml: \$\.\S+: .+ \[unknown_provider\]", output);
        Assert.Matches(@"missing\.yaml: \$: .+ \[file_unreadable\]", output);
        Assert.Equal(0, (await ActantProcess.RunAsync(["validate", good])).Code);
        var json = JsonElement.Parse((await ActantProcess.RunAsync(["validate", good, bad, "--json"])).Output);
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal(2, json.GetProperty("files").GetArrayLength());
    }

    [Fact]
    [Trait("Row", "A1")]
    public async Task RunAndValidate_AgentThatCallsAnother_FindTheOtherBesideIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("sums.yaml", Sums);
        var desk = folder.Write("desk.yaml", Desk);

        Assert.Equal(0, (await ActantProcess.RunAsync(["validate", desk])).Code);
        var (code, output, _) = await ActantProcess.RunAsync(["run", desk, "What is 15 + 27?", "--json"]);
        Assert.Equal(0, code);
        Assert.Contains("42", JsonElement.Parse(output).GetProperty("output").GetProperty("tool_results")[0].ToString(), StringComparison.Ordinal);

        File.Delete(Path.Combine(folder.Path, "sums.yaml"));
        var (refused, problems, _) = await ActantProcess.RunAsync(["validate", desk]);
        Assert.Equal(2, refused);
        Assert.Contains("$.tool_definitions[0].config.agent: There is no agent `sums`", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "serv")]
    [InlineData(2, "run")]
    [InlineData(2, "validate")]
    [InlineData(2, "serve", "--urls", "http://0.0.0.0:8080")]
    [InlineData(2, "serve", "--urls", "https://127.0.0.1:1")]
    [InlineData(2, "serve", "--agents", "/does/not/exist")]
    [InlineData(0, "--help")]
    [InlineData(0, "run", "--help")]
    [InlineData(0, "serve", "--help")]
    [InlineData(0, "validate", "--help")]
    [InlineData(0, "--version")]
    public async Task Command_ExitsWith(int code, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string[] data = arguments is ["serve", "--urls" or "--agents", ..] ? ["--data", folder.Path] : [];

        var result = await ActantProcess.RunAsync([.. arguments, .. data]);

        Assert.Equal(code, result.Code);
        if (arguments[^1] == "--help")
        {
            Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Serve_SeveralBadSettings_AreAllNamed()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(
            ["serve", "--urls", "http://nowhere.example:80", "--data", folder.Path],
            ("MAX_CONCURRENT_AGENTS", "many"), ("LOG_LEVEL", "loud"), ("DEBUG", "perhaps"), ("ACTANT__COLOUR", "red"));

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.All(
            (string[])["no address of this machine", "MAX_CONCURRENT_AGENTS", "LOG_LEVEL", "DEBUG", "COLOUR"],
            part => Assert.Contains(part, error, StringComparison.Ordinal));
    }
}
