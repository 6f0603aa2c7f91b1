using System.Text.Json;

namespace Actant.Acceptance;

[Trait("Row", "A1")]
public sealed class HttpToolTests
{
    private const string Example = "08-http-tool";
    private static readonly (string, string) s_allowed = ("ACTANT__EGRESS__ALLOWEDNETWORKS", "127.0.0.1/32, ::1/128");

    [Fact]
    public async Task Example_AskedThroughTheServer_CallsTheServiceItDescribes()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(Path.Combine(folder.Path, "data"));

        var (code, output, error) = await ActantProcess.RunAsync(["run", Copy(folder, server), "What are the tools of math-assistant?", "--json"], s_allowed);

        Assert.Equal((0, ""), (code, error));
        Assert.Matches("These are its tools: .*\"calculator\"", Response(output));
    }

    [Fact]
    [Trait("Row", "T2")]
    public async Task Example_WithoutTheOperatorsLeave_IsRefusedAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(Path.Combine(folder.Path, "data"));

        var (code, output, _) = await ActantProcess.RunAsync(["run", Copy(folder, server), "What are the tools of math-assistant?", "--json"]);

        Assert.Equal(0, code);
        Assert.Contains("egress_refused", Response(output), StringComparison.Ordinal);
        Assert.Contains("Egress:AllowPrivateNetworks", Response(output), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Secret_SetByCommand_IsSentAndNeverShown()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(Path.Combine(folder.Path, "data"));
        var data = Path.Combine(folder.Path, "other");
        var agent = Copy(folder, server);
        await File.WriteAllTextAsync(agent, (await File.ReadAllTextAsync(agent)).Replace("method: GET", "headers: {X-Key: \"secret://service-key\"}", StringComparison.Ordinal));

        var unknown = await ActantProcess.RunAsync(["run", agent, "x", "--data", data], s_allowed);
        await ActantProcess.RunAsync(["secrets", "set", "service-key", "--data", data], "sesame-open\n");
        var known = await ActantProcess.RunAsync(["run", agent, "What are the tools of math-assistant?", "--data", data, "--json"], s_allowed);

        Assert.Equal(2, unknown.Code);
        Assert.Contains("[unknown_secret]", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(0, known.Code);
        Assert.Contains("calculator", Response(known.Output), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Secret_SetForAHost_IsSentToNoOtherAndOutlivesItsKey()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(Path.Combine(folder.Path, "data"));
        var data = Path.Combine(folder.Path, "other");
        var agent = Copy(folder, server);
        await File.WriteAllTextAsync(agent, (await File.ReadAllTextAsync(agent)).Replace("method: GET", "headers: {X-Key: \"secret://service-key\"}", StringComparison.Ordinal));

        await ActantProcess.RunAsync(["secrets", "set", "service-key", "--data", data, "--host", "api.example.com"], "sesame-open\n");
        var list = await ActantProcess.RunAsync(["secrets", "list", "--data", data]);
        var refused = await ActantProcess.RunAsync(["run", agent, "What are the tools of math-assistant?", "--data", data, "--json"], s_allowed);
        await ActantProcess.RunAsync(["secrets", "set", "service-key", "--data", data, "--host", "localhost"], "sesame-open\n");
        var key = await File.ReadAllTextAsync(Path.Combine(data, "secrets.key"));
        var rotated = await ActantProcess.RunAsync(["secrets", "rotate", "--data", data]);
        var sent = await ActantProcess.RunAsync(["run", agent, "What are the tools of math-assistant?", "--data", data, "--json"], s_allowed);

        Assert.Equal("service-key  api.example.com\n", list.Output);
        Assert.Contains("secret_not_for_host", refused.Output, StringComparison.Ordinal);
        Assert.Equal((0, "1 secrets are sealed with a new key; the old one is gone.\n"), (rotated.Code, rotated.Output));
        Assert.NotEqual(key, await File.ReadAllTextAsync(Path.Combine(data, "secrets.key")));
        Assert.Contains("calculator", Response(sent.Output), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Secrets_Commands_KeepNamesAndNoValue()
    {
        using var folder = new TemporaryFolder();

        var set = await ActantProcess.RunAsync(["secrets", "set", "service-key", "--data", folder.Path], "sesame-open\n");
        var list = await ActantProcess.RunAsync(["secrets", "list", "--data", folder.Path]);
        var others = await ActantProcess.RunAsync(["secrets", "list", "--data", folder.Path, "--tenant", "acme"]);
        var removed = await ActantProcess.RunAsync(["secrets", "remove", "service-key", "--data", folder.Path]);
        var again = await ActantProcess.RunAsync(["secrets", "remove", "service-key", "--data", folder.Path]);

        Assert.Equal((0, ""), (set.Code, set.Output + set.Error));
        Assert.Equal((0, "service-key\n"), (list.Code, list.Output));
        Assert.Equal((0, ""), (others.Code, others.Output));
        Assert.Equal((0, 2), (removed.Code, again.Code));
        Assert.DoesNotContain("sesame", string.Concat(Directory.GetFiles(folder.Path).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTANT__EGRESS__ALLOWEDDOMAINS", "https://x.test", "Actant:Egress:AllowedDomains")]
    [InlineData("ACTANT__EGRESS__ALLOWEDNETWORKS", "10.0.0.0/33", "Actant:Egress:AllowedNetworks")]
    [InlineData("ACTANT__EGRESS__ALLOWEDPORTS", "0", "Actant:Egress:AllowedPorts")]
    [InlineData("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "maybe", "Actant:Egress:AllowPrivateNetworks")]
    [InlineData("ACTANT__EGRESS__ALLOWALL", "true", "Actant:Egress:AllowAll")]
    [InlineData("ACTANT__SECRETS__FOLDER", "nowhere", "Actant:Secrets:Folder")]
    [InlineData("ACTANT_SECRETS_KEY", "short", "32 bytes in base64")]
    [Trait("Row", "T2")]
    public async Task Settings_Wrong_AreRefusedAtTheStart(string name, string value, string message)
    {
        using var folder = new TemporaryFolder();

        var served = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], (name, value));

        Assert.Equal(2, served.Code);
        Assert.Contains(message, served.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static string Copy(TemporaryFolder folder, ActantProcess server)
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ActantProcess.Dll)!, "examples", Example, "agent.yaml"));
        Assert.Contains(":8080/", text, StringComparison.Ordinal);
        return folder.Write("agent.yaml", text.Replace(":8080/", $":{server.Client.BaseAddress!.Port}/", StringComparison.Ordinal));
    }

    private static string Response(string output) => JsonElement.Parse(output).GetProperty("output").GetProperty("response").GetString()!;
}
