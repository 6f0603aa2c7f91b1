using System.Diagnostics;
using System.Text.Json;
using Actant.Egress;
using Actant.Secrets;
using Actant.Testing;

namespace Actant.Mcp.Tests;

/// <summary>
/// The protocol's own server for tests, by its standard streams and over HTTP. Needs Node and, once, a package registry; without either it is skipped.
/// </summary>
[Trait("Row", "T5")]
public sealed class EverythingServerTests : IAsyncLifetime
{
    private const string Program = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    private static readonly NodePackages s_packages = new("Node", "@modelcontextprotocol/server-everything");
    private string? _whyNot;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _whyNot = await s_packages.InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Agent_OverStandardStreams_CallsWhatItsServerLists()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        await using var host = new McpHost(Stdio());

        var result = await host.RunAsync(Agent("""{server: everything, exclude: ["*sampling*"]}""", "every_echo", """{message: "{{ last_user }}"}"""), "Grüß Gott");

        Assert.Equal((ExecutionStatus.Completed, "It says: Echo: Grüß Gott"), (result.Record.Status, result.Response));
    }

    [Fact]
    public async Task Tool_OfImages_GivesTypedParts()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        await using var host = new McpHost(Stdio());
        var tools = (await host.ListAsync(McpHost.Definition("""{"server": "everything"}"""))).Tools;

        var image = await host.CallAsync(Assert.Single(tools, static tool => tool.Name == "srv_get-tiny-image"));
        var structured = await host.CallAsync(Assert.Single(tools, static tool => tool.Name == "srv_get-structured-content"), """{"location": "Chicago"}""");
        var link = await host.CallAsync(Assert.Single(tools, static tool => tool.Name == "srv_get-resource-reference"), """{"resourceType": "Text", "resourceId": 1}""");

        Assert.True(image.HasParts, image.Failure?.Message);
        Assert.Contains(image.Output!.Value.EnumerateArray(), static part => part.GetProperty("type").GetString() == "image_url");
        Assert.Equal(JsonValueKind.Number, structured.Output!.Value.GetProperty("temperature").ValueKind);
        Assert.Null(link.Failure);
    }

    [Theory]
    [InlineData("unsafe", 25, ExecutionStatus.Interrupted)]
    [InlineData("idempotent", 10, ExecutionStatus.Completed)]
    public async Task Server_KilledInTheMiddle_MeansWhatTheClassOfTheToolSays(string sideEffects, int seconds, ExecutionStatus status)
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        await using var host = new McpHost(Stdio());
        var agent = Agent("{server: everything}", "every_trigger-long-running-operation", $"{{duration: {seconds}, steps: 2}}", sideEffects);

        var id = await host.SubmitAsync(agent, "go");
        await Until.TrueAsync(() => host.Connections.UsersOf(TenantId.Default, "everything") == 1, "the call was under way");
        Process.GetProcessById(host.Connections.SessionOf(TenantId.Default, "everything")!.ProcessId!.Value).Kill();

        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        var result = await host.Engine.For(TenantId.Default).WaitAsync(id, late.Token);
        Assert.Equal(status, result.Record.Status);
        if (status == ExecutionStatus.Interrupted)
        {
            Assert.Equal("tool_outcome_unknown", Assert.Single(result.Interrupts).Reason);
        }
    }

    [Fact]
    public async Task Agent_OverHttp_PassesTheGuard()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        var port = FreePort.Find();
        await using var server = await HttpServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, "Node"), Program, port);
        var url = $"http://127.0.0.1:{port}/mcp";
        var secrets = new EnvironmentSecrets(static name => name == $"{EnvironmentSecrets.Prefix}MCP" ? "echo-sesame" : null);
        await using var host = new McpHost(new McpOptions(), secrets: secrets);
        await using var closed = new McpHost(new McpOptions(), policy: new EgressPolicy(), secrets: secrets);

        var agent = Agent($"{{url: \"{url}\", headers: {{X-Key: \"secret://mcp\"}} }}", "every_echo", """{message: "{{ last_user }} echo-sesame"}""");
        var result = await host.RunAsync(agent, "hello");

        // What comes back holds no secret that went there.
        Assert.Equal((ExecutionStatus.Completed, "It says: Echo: hello ***"), (result.Record.Status, result.Response));
        Assert.All(host.Audit.Records, static record => Assert.Equal("mcp:127.0.0.1", record.Caller.Subject));
        Assert.NotEmpty(host.Audit.Records);

        var refused = await closed.ListAsync(McpHost.Definition($$"""{"url": "{{url}}"}"""));
        Assert.Equal("tools_unavailable", Assert.Single(refused.Problems).Code);
        Assert.Contains(closed.Audit.Records, static record => record.Outcome == "egress_refused");
    }

    private static McpOptions Stdio() => new() { Servers = [McpHost.Node("everything", Program, "stdio")], StartTimeout = TimeSpan.FromMinutes(1) };

    private static string Agent(string config, string tool, string arguments, string? sideEffects = null) => $$"""
        name: tester
        tool_definitions:
          - name: every
            type: mcp
            config: {{config}}
            {{(sideEffects is null ? "" : $"side_effects: {sideEffects}")}}
        nodes:
          - name: main
            type: agent
            tools: [calculator, every]
            model:
              provider: scripted
              model_name: tester
              options:
                rules:
                  - when: {tool_result: ""}
                    answer: "It says: {{"{{ last_tool }}"}}"
                  - tool_calls: [{name: {{tool}}, arguments: {{arguments}}}]
        """;
}
