using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The command line in the hands of somebody who errs, and what it offers beside lists.</summary>
[Trait("Row", "O10")]
public sealed class CommandUseTests
{
    private const string Echo = """
        name: echo
        nodes:
          - {name: say, type: prompt, template: "{{ state.greeting }}, {{ state.who.name }}!"}
        """;

    private const string Asking = """
        name: asking
        nodes:
          - {name: ask, type: human, prompt: "Sure?", response_schema: {type: object, properties: {ok: {type: boolean}}, required: [ok]}}
        """;

    [Theory]
    [InlineData("exections list", "there is no command 'exections'; did you mean 'executions'?", "See: actant --help")]
    [InlineData("executions lst", "there is no command 'lst'; did you mean 'list'?", "See: actant executions --help")]
    [InlineData("executions list --statu x", "there is no option '--statu'; did you mean '--status'?")]
    [InlineData("executions list --limit x", "'x' is no number, as --limit needs.")]
    [InlineData("executions resume", "ID and ANSWER are missing.", "See: actant executions resume --help")]
    [InlineData("agents label a", "LABEL and VERSION are missing.")]
    [InlineData("run", "FILE is missing.")]
    [InlineData("run agent.yaml", "INPUT is missing")]
    [InlineData("threads", "a command is missing: list, show")]
    [InlineData("threads list --url nonsense", "'nonsense' is no address of a server")]
    [InlineData("threads list --data no-such-folder", "There is no data folder 'no-such-folder'.")]
    [InlineData("secrets list --data no-such-folder", "There is no data folder 'no-such-folder'.")]
    [InlineData("secrets remove key --data no-such-folder", "There is no data folder 'no-such-folder'.")]
    [InlineData("secrets rotate --data no-such-folder", "There is no data folder 'no-such-folder'.")]
    [InlineData("threads erase-entries talk x", "'x' is no number, as POSITION needs.", "See: actant threads erase-entries --help")]
    [InlineData("token create ci --expires-days 0", "actant: --expires-days: a whole number from 1 to 3660 is expected.")]
    [InlineData("token rotate id --overlap-hours 9999", "actant: --overlap-hours: a whole number from 0 to 2160 is expected.")]
    [InlineData("run agent.yaml --input {bad", "--input is no JSON: Line 1, byte 2: 'b' is an invalid start of a property name.")]
    public async Task Command_UsedWrongly_SaysWhatIsWrongOnStderrAndNoHelp(string command, params string[] said)
    {
        var (code, output, error) = await ActantProcess.RunAsync(command.Split(' '));

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.All(said, text => Assert.Contains(text, error, StringComparison.Ordinal));
        Assert.DoesNotContain("Usage:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("no-such-folder"));
    }

    [Theory]
    [InlineData("--input", """{"a": "\ud800"}""")]
    [InlineData("--input", """{"\ud800": 1}""")]
    [InlineData("--set", "a=\"\\udc00\"")]
    public async Task Run_HalfACharacterInTheInput_IsSaidAndIsNoFault(string option, string given)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["run", folder.Write("echo.yaml", Echo), option, given]);

        Assert.Equal((2, "actant: the JSON holds half of a surrogate pair; write the whole character."), (code, error.TrimEnd()));
    }

    [Fact]
    public async Task Run_StructuredInput_ComesFromOptionsFilesAndStdin()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("echo.yaml", Echo);
        var input = folder.Write("input.json", """{"who": {"name": "Ada"}}""");

        var set = await ActantProcess.RunAsync(["run", file, "--set", "greeting=Hello", "--set", """who={"name": "Bea"}""", "--json"]);
        var mixed = await ActantProcess.RunAsync(["run", file, "--input", input, "--set", "greeting=Hi", "--json"]);
        var given = await ActantProcess.RunAsync(["run", file, "--input", """{"greeting": "Ahoy", "who": {"name": "Cy"}}""", "--json"]);
        var piped = await ActantProcess.RunAsync(["run", "-", "--set", "greeting=Hey", "--input", input, "--json"], Echo);
        var (bad, _, why) = await ActantProcess.RunAsync(["run", file, "--input", "no such file"]);

        Assert.All(new[] { set, mixed, given, piped }, static run => Assert.True(run.Code == 0, run.Error));
        Assert.Equal(["Hello, Bea!", "Hi, Ada!", "Ahoy, Cy!", "Hey, Ada!"], new[] { set, mixed, given, piped }.Select(static run => ResponseOf(run.Output)));
        Assert.Equal(2, bad);
        Assert.Contains("--input is neither JSON nor a file", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_QuestionThatNobodyIsAsked_ShowsWhatAnAnswerMustFit()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(["run", folder.Write("asking.yaml", Asking), "x"]);

        Assert.Equal(3, code);
        Assert.Contains("fits: {\"type\":\"object\"", error, StringComparison.Ordinal);
        Assert.DoesNotContain("0.000 s", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executions_WithoutAServer_AreStoredAndSaidToWaitForOne()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await ActantProcess.RunAsync(["agents", "create", folder.Write("echo.yaml", Echo), "--data", data]);

        var (code, submitted, error) = await ActantProcess.RunAsync(["executions", "submit", "echo", "x", "--set", "greeting=Hi", "--set", """who={"name": "you"}""", "--label", "team=a", "--json", "--data", data]);
        Assert.Equal(0, code);
        Assert.Contains("carried out when one starts", error, StringComparison.Ordinal);
        var id = JsonElement.Parse(submitted).GetProperty("execution_id").GetString()!;

        await using var server = await ActantProcess.ServeAsync(data);
        var (followed, events, _) = await ActantProcess.RunAsync(["executions", "follow", id, "--data", data]);
        Assert.Equal(0, followed);
        Assert.Contains("execution_completed", events, StringComparison.Ordinal);
        Assert.Contains("Hi, you!", events, StringComparison.Ordinal);

        var (_, found, _) = await ActantProcess.RunAsync(["executions", "list", "--label", "team=a", "--json", "--data", data]);
        Assert.Single(JsonElement.Parse(found).GetProperty("executions").EnumerateArray());
        var (_, none, _) = await ActantProcess.RunAsync(["executions", "list", "--label", "team=b", "--json", "--data", data]);
        Assert.Empty(JsonElement.Parse(none).GetProperty("executions").EnumerateArray());
        var thread = JsonElement.Parse(submitted).GetProperty("thread_id").GetString()!;
        Assert.Contains("execution_started", (await ActantProcess.RunAsync(["threads", "history", thread, "--data", data])).Output, StringComparison.Ordinal);
        Assert.Contains("copy", (await ActantProcess.RunAsync(["threads", "fork", thread, "2", "--to", "copy", "--data", data])).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await ActantProcess.RunAsync(["threads", "rewind", thread, "2", "--data", data])).Code);
        Assert.Equal(0, (await ActantProcess.RunAsync(["agents", "label", "echo", "production", "1", "--data", data])).Code);
        Assert.Equal(0, (await ActantProcess.RunAsync(["audit", "--user", "ada", "--data", data])).Code);
        Assert.Equal(0, (await ActantProcess.RunAsync(["usage", "--by", "agent", "--data", data])).Code);
    }

    [Fact]
    public async Task Serve_PortIsTakenOrDataIsAFile_IsSaidWithoutAStackTrace()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "x");
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var (code, output, error) = await ActantProcess.RunAsync(["serve", "--urls", $"http://{taken.LocalEndpoint}", "--data", Path.Combine(folder.Path, "data")]);
        var (wrong, _, why) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", file]);

        Assert.Equal((2, 2), (code, wrong));
        Assert.Contains("choose another address with --urls", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error + why, StringComparison.Ordinal);
        Assert.Contains("is a file: name a folder", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_BadName_NamesNoParameterOfTheProgram()
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["secrets", "set", "key", "--data", folder.Path], "");

        Assert.Equal(2, code);
        Assert.DoesNotContain("(Parameter", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RefusedInput_NamesWhatWasTyped()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("echo.yaml", Echo);

        var set = await ActantProcess.RunAsync(["run", file, "--set", "messages=x"]);
        var input = await ActantProcess.RunAsync(["run", file, "--input", "[1]"]);
        var thread = await ActantProcess.RunAsync(["run", file, "x", "--thread", ""]);

        Assert.Equal((2, 2, 2), (set.Code, input.Code, thread.Code));
        Assert.Equal("actant: --set messages: `messages` must be a list of {role, content}. [invalid_input]", set.Error.TrimEnd());
        Assert.StartsWith("actant: --input: The input must be a text", input.Error, StringComparison.Ordinal);
        Assert.StartsWith("actant: --thread must have 1 to 255 printable characters", thread.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_RefusedByTheServer_SayEachReasonOnceInTheirOwnWords()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await ActantProcess.RunAsync(["agents", "create", folder.Write("echo.yaml", Echo), "--data", data]);

        var submit = await ActantProcess.RunAsync(["executions", "submit", "echo", "x", "--priority", "12", "--thread", "..", "--set", "messages=x", "--data", data]);
        var list = await ActantProcess.RunAsync(["executions", "list", "--status", "gone", "--root", "x", "--data", data]);
        var show = await ActantProcess.RunAsync(["agents", "show", "nobody", "--data", data]);
        var slash = await ActantProcess.RunAsync(["executions", "show", "a/x", "--data", data]);

        Assert.Equal((2, 2, 2, 2), (submit.Code, list.Code, show.Code, slash.Code));
        var lines = submit.Error.TrimEnd().Split('\n');
        Assert.Equal(lines.Distinct(StringComparer.Ordinal), lines);
        Assert.Contains(lines, static line => line.StartsWith("actant: --priority: ", StringComparison.Ordinal));
        Assert.DoesNotContain("$.", submit.Error, StringComparison.Ordinal);
        Assert.Contains("actant: --status: ", list.Error, StringComparison.Ordinal);
        Assert.Contains("actant: --root: ", list.Error, StringComparison.Ordinal);
        Assert.Equal("actant: There is no agent 'nobody'. `actant agents list` shows those there are. [agent_not_found]", show.Error.TrimEnd());
        Assert.Contains("'a/x'", slash.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found", "application/json", "{\"message\": \"nothing here\"}")]
    [InlineData("200 OK", "text/html", "<html></html>")]
    [InlineData("200 OK", "application/json", "[]")]
    public async Task Url_OfAnotherWebServer_IsSaid(string status, string type, string body)
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var answering = AnswerAsync();

        var (code, output, error) = await ActantProcess.RunAsync(["agents", "list", "--url", $"http://{other.LocalEndpoint}"]);

        Assert.Equal("", output);
        Assert.NotEqual(0, code);
        Assert.Contains("is no Actant server", error, StringComparison.Ordinal);
        await answering;

        async Task AnswerAsync()
        {
            using var client = await other.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[32]);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        }
    }

    [Fact]
    public async Task Validate_Folder_SaysHowItsFilesAreChecked()
    {
        using var folder = new TemporaryFolder();

        var (code, output, _) = await ActantProcess.RunAsync(["validate", folder.Path]);

        Assert.Equal(2, code);
        Assert.Contains($"It is a folder; name a file in it, or check all of them: actant validate {folder.Path}/*.yaml", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agents list", "actant agents list")]
    [InlineData("executions", "actant executions submit")]
    [InlineData("secrets list", "actant secrets list")]
    public async Task Help_OfACommand_SaysEverythingOnce(string command, string example)
    {
        var (code, output, _) = await ActantProcess.RunAsync([.. command.Split(' '), "--help"]);

        Assert.Equal(0, code);
        Assert.Single(output.Split("--help").Skip(1));
        Assert.All(output.Split('\n'), static line => Assert.InRange(line.Split("[default:").Length, 1, 2));
        Assert.Contains($"  {example}", output.Split("Examples:")[1], StringComparison.Ordinal);
    }

    private static string? ResponseOf(string answer) => JsonElement.Parse(answer).GetProperty("output").GetProperty("response").GetString();
}
