using System.Text.Json;

namespace Actant.Acceptance;

[Trait("Row", "O10")]
public sealed class RemoteCommandTests
{
    private const string Greeter = """
        name: greeter
        description: Greets.
        model: {provider: scripted, model_name: greeter, options: {default: hello}}
        """;

    [Fact]
    [Trait("Row", "A3")]
    public async Task Agents_OnAFolder_AreMadeChangedShownAndDeleted()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var file = folder.Write("greeter.yaml", Greeter);

        Assert.Equal(0, (await ActantProcess.RunAsync(["agents", "create", file, "--data", data])).Code);
        folder.Write("greeter.yaml", Greeter.Replace("hello", "hi", StringComparison.Ordinal));
        Assert.Equal(0, (await ActantProcess.RunAsync(["agents", "update", "greeter", file, "--data", data])).Code);
        var (_, shown, _) = await ActantProcess.RunAsync(["agents", "show", "greeter", "--data", data, "--json"]);
        Assert.Equal(2, JsonElement.Parse(shown).GetProperty("version").GetInt32());
        var (_, list, _) = await ActantProcess.RunAsync(["agents", "list", "--name", "greet", "--data", data]);
        Assert.Contains("Greets.", list, StringComparison.Ordinal);
        Assert.Equal(0, (await ActantProcess.RunAsync(["agents", "delete", "greeter", "--data", data])).Code);
        var (code, _, error) = await ActantProcess.RunAsync(["agents", "show", "greeter", "--data", data]);
        Assert.Equal(2, code);
        Assert.Contains("[agent_not_found]", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_LongDescriptionInAList_IsCutBetweenTwoCharacters()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await ActantProcess.RunAsync(["agents", "create", folder.Write("long.yaml", Greeter.Replace("Greets.", new string('x', 58) + "😀😀yes", StringComparison.Ordinal)), "--data", data]);

        var (_, list, _) = await ActantProcess.RunAsync(["agents", "list", "--data", data]);

        Assert.Contains("x😀…", list, StringComparison.Ordinal);
        Assert.DoesNotContain("\ufffd", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_BadDefinition_NamesEveryProblem()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", "name: bad\nmodel: {provider: nobody, model_name: x}\ntools: [nothing]\n");

        var (code, _, error) = await ActantProcess.RunAsync(["agents", "create", file, "--data", Path.Combine(folder.Path, "data")]);

        Assert.Equal(2, code);
        Assert.Contains("$.model.provider", error, StringComparison.Ordinal);
        Assert.Contains("$.tools[0]", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S5")]
    public async Task Token_First_OpensAndClosesTheServer()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var (refused, _, why) = await ActantProcess.RunAsync(["serve", "--urls", "http://0.0.0.0:1", "--data", data]);
        Assert.Equal(2, refused);
        Assert.Contains("actant token create", why, StringComparison.Ordinal);

        Assert.Equal(2, (await ActantProcess.RunAsync(["token", "create", "me", "--data", data])).Code);
        var (code, made, _) = await ActantProcess.RunAsync(["token", "create", "me", "--role", "admin", "--data", data]);
        Assert.Equal(0, code);
        var key = made.TrimEnd().Split('\n')[^1];

        await using var server = await ActantProcess.ServeAsync(data);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await server.Client.GetAsync("/api/v1/agents")).StatusCode);
        Assert.Equal(2, (await ActantProcess.RunAsync(["executions", "list", "--data", data])).Code);
        var (listed, keys, _) = await ActantProcess.RunAsync(["token", "list", "--data", data, "--json"], ("ACTANT_TOKEN", key));
        Assert.Equal(0, listed);
        Assert.Single(JsonElement.Parse(keys).GetProperty("tokens").EnumerateArray());
    }

    [Fact]
    [Trait("Row", "S5")]
    public async Task Keys_MadeReplacedRevokedAndRefused_AreInTheLogAndNoKeyIs()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);
        var (_, made, _) = await ActantProcess.RunAsync(["token", "create", "me", "--role", "admin", "--data", data]);
        var key = made.TrimEnd().Split('\n')[^1];
        var (_, other, _) = await ActantProcess.RunAsync(["token", "create", "ci", "--data", data], ("ACTANT_TOKEN", key));
        var id = other.Split(',')[0]["id ".Length..];
        var (code, rotated, _) = await ActantProcess.RunAsync(["token", "rotate", id, "--overlap-hours", "1", "--data", data], ("ACTANT_TOKEN", key));

        Assert.Equal(0, code);
        Assert.Contains($"The key {id} works until ", rotated, StringComparison.Ordinal);
        Assert.Equal(0, (await ActantProcess.RunAsync(["token", "revoke", id, "--data", data], ("ACTANT_TOKEN", key))).Code);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await server.Client.GetAsync("/api/v1/agents")).StatusCode);
        await server.StopAsync();

        var log = string.Join('\n', server.Log);
        foreach (var said in new[] { "made: Admin of tenant default", "made: Runner of tenant default", $"in the place of key {id}", $"Key {id} of tenant default revoked by key", "Refused GET /api/v1/agents from" })
        {
            Assert.Contains(said, log, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(key, log, StringComparison.Ordinal);
        Assert.DoesNotContain(rotated.TrimEnd().Split('\n')[^1], log, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S5")]
    public async Task Key_ToThisMachine_GoesThroughNoProxy()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);
        var (_, made, _) = await ActantProcess.RunAsync(["token", "create", "me", "--role", "admin", "--data", data]);
        using var proxy = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        proxy.Start();
        var address = $"http://{proxy.LocalEndpoint}";

        var (code, output, _) = await ActantProcess.RunAsync(
            ["agents", "list", "--url", server.Client.BaseAddress!.AbsoluteUri],
            ("ACTANT_TOKEN", made.TrimEnd().Split('\n')[^1]), ("HTTP_PROXY", address), ("http_proxy", address), ("ALL_PROXY", address), ("HTTPS_PROXY", address), ("NO_PROXY", ""));

        Assert.Equal(0, code);
        Assert.Contains("math-assistant", output, StringComparison.Ordinal);
        Assert.False(proxy.Pending());
    }

    [Fact]
    public async Task Names_ThatSteerATerminal_ArePrintedWithoutWhatSteers()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var file = folder.Write("loud.yaml", """
            name: loud
            description: "\e[31mred\e]0;title\a\u202Eback"
            model: {provider: scripted, model_name: loud, options: {default: hello}}
            """);
        var bad = folder.Write("bad.yaml", "name: bad\nmodel: scripted\ntools: [\"\\e[31mnothing\\e[0m\"]\n");

        var made = await ActantProcess.RunAsync(["agents", "create", file, "--data", data]);
        var list = await ActantProcess.RunAsync(["agents", "list", "--data", data]);
        var validated = await ActantProcess.RunAsync(["validate", bad]);
        var refused = await ActantProcess.RunAsync(["agents", "create", bad, "--data", data]);

        Assert.Equal((0, 0, 2, 2), (made.Code, list.Code, validated.Code, refused.Code));
        Assert.Contains("red", list.Output, StringComparison.Ordinal);
        Assert.Contains("nothing", validated.Output, StringComparison.Ordinal);
        Assert.Contains("nothing", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(made, list, validated, refused), static c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202E');
    }

    [Fact]
    public async Task Fields_ThatCannotBeSeenOrForgeLines_AreShownForWhatTheyAre()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        const string Description = "one\ntwo\nversion  99\r\u2028version  98\u2029a\u200Bb\u200Fc\u2060d\u2066e\uFEFFf\u00ADg";
        var file = folder.Write("odd.json", $$$"""{"name": "odd", "description": {{{JsonSerializer.Serialize(Description)}}}, "model": {"provider": "scripted", "model_name": "m"}}""");
        await ActantProcess.RunAsync(["agents", "create", file, "--data", data]);

        var list = (await ActantProcess.RunAsync(["agents", "list", "--data", data])).Output;
        var show = (await ActantProcess.RunAsync(["agents", "show", "odd", "--data", data])).Output;
        var json = (await ActantProcess.RunAsync(["agents", "show", "odd", "--data", data, "--json"])).Output;
        var refused = (await ActantProcess.RunAsync(["agents", "show", "o\u200Bd\nactant: all is well", "--data", data])).Error;

        Assert.Contains("one two version  99", Assert.Single(list.Split('\n'), static line => line.StartsWith("odd", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(list.Split('\n'), static line => line.StartsWith("version", StringComparison.Ordinal));
        Assert.Equal("1", Assert.Single(show.Split('\n'), static line => line.StartsWith("version", StringComparison.Ordinal)).Split(' ')[^1].Trim());
        Assert.Contains(@"one two version  99\u000D\u2028version  98\u2029a\u200Bb\u200Fc\u2060d\u2066e\uFEFFf\u00ADg", show, StringComparison.Ordinal);
        Assert.Equal(Description, JsonElement.Parse(json).GetProperty("description").GetString());
        Assert.Single(refused.TrimEnd().Split('\n'));
        foreach (var output in new[] { list, show, json, refused })
        {
            Assert.DoesNotContain(output, static c => c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);
        }
    }

    [Fact]
    public async Task Server_DoesNotAnswer_ExitsWithOne()
    {
        var (code, _, error) = await ActantProcess.RunAsync(["threads", "list", "--url", "http://127.0.0.1:9"]);

        Assert.Equal(1, code);
        Assert.Contains("actant serve", error, StringComparison.Ordinal);
    }
}
