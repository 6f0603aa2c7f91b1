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
    public async Task Server_DoesNotAnswer_ExitsWithOne()
    {
        var (code, _, error) = await ActantProcess.RunAsync(["threads", "list", "--url", "http://127.0.0.1:9"]);

        Assert.Equal(1, code);
        Assert.Contains("actant serve", error, StringComparison.Ordinal);
    }
}
