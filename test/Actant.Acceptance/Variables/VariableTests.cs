using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Actant.Testing.Vendors;

namespace Actant.Acceptance.Variables;

/// <summary>
/// The variables that other systems' documents know, each by what it does to a server as seen from outside. Beside these: <c>K_SINK</c> in
/// <see cref="CloudEventProcessTests"/>, <c>NATS_URL</c> in <see cref="Clusters.NatsProcessTests"/>, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> in
/// <see cref="Clusters.TraceTests"/>, the database's in <see cref="DatabaseVariableTests"/>, <c>LOG_LEVEL</c> in <see cref="ServerTests"/>, and the keys of
/// OpenAI and Anthropic in <see cref="ModelTests"/>.
/// </summary>
[Trait("Row", "O8")]
public sealed class VariableTests(VariableServer all) : IClassFixture<VariableServer>
{
    private static readonly object s_agent = new { name = "greeter", model = new { provider = "scripted", model_name = "m" } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RedisHostAndPort_SayWhereExecutionsAreStreamed()
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TimeSpan.FromMinutes(1));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", all.Redis.Port, late.Token);
        using var heard = new StreamReader(client.GetStream(), Encoding.UTF8);
        await client.GetStream().WriteAsync("SUBSCRIBE langgraph:stream:of-redis\r\n"u8.ToArray(), late.Token);
        await ReadUntilAsync("subscribe");

        await SubmitAsync(new { definition = s_agent, input = "Hello", thread_id = "of-redis" });

        await ReadUntilAsync("\"end\"");

        async Task ReadUntilAsync(string text)
        {
            while (!(await heard.ReadLineAsync(late.Token) ?? throw new IOException("Redis has closed the connection.")).Contains(text, StringComparison.Ordinal))
            {
            }
        }
    }

    [Fact]
    public async Task OrchestratorWsUrl_SaysWhoIsTold()
    {
        var id = await SubmitAsync(new { definition = s_agent, input = "Hello" });

        JsonElement told;
        do
        {
            told = await all.Orchestrator.NextAsync("agent_execution_completed");
        }
        while (told.GetProperty("task_id").GetString() != id);
        Assert.Equal("default", told.GetProperty("tenant_id").GetString());
    }

    [Fact]
    public async Task VaultAddr_SaysWhereKeysComeFromThatNobodySet()
    {
        all.OpenAI.Reply(VendorReply.Say("Good day."));

        var response = await all.Server.Client.PostAsJsonAsync("/api/v1/executions", new { definition = new { name = "real", model = "gpt-4o-mini" }, input = "Hello", thread_id = "of-vault" }, Token);
        var id = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString();
        var events = await all.Server.Client.GetStringAsync($"/api/v1/executions/{id}/events", Token);

        Assert.Contains("Good day.", events, StringComparison.Ordinal);
        var ready = JsonElement.Parse(await all.Server.Client.GetStringAsync("/ready", Token));
        Assert.Equal("ok", ready.GetProperty("checks").GetProperty("vault").GetString());
    }

    [Fact]
    public async Task VaultAddr_TheEnvironmentWins()
    {
        using var folder = new TemporaryFolder();
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("Good day."));
        await using var vault = await Vault.Tests.FakeVault.StartAsync();
        vault.Secrets["agent-executor/llm-providers/openai"] = new() { ["api_key"] = "sk-of-vault" };
        await using var server = await ActantProcess.ServeAsync(
            folder.Path,
            ("VAULT_ADDR", vault.Address.AbsoluteUri),
            ("ACTANT__VAULT__TOKENFILE", folder.Write("jwt", "service-account")),
            ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri),
            ("OPENAI_API_KEY", FakeVendor.Key));

        using var response = await server.Client.PostAsJsonAsync("/api/v1/executions", new { definition = new { name = "real", model = "gpt-4o-mini" }, input = "Hello" }, Token);
        var id = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString();

        // The fake takes its own key and no other.
        Assert.Contains("Good day.", await server.Client.GetStringAsync($"/api/v1/executions/{id}/events", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxConcurrentAgentsAndDebug_BoundWhatRunsAndSayMore()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path, ("MAX_CONCURRENT_AGENTS", "1"), ("DEBUG", "true"), ("ACTANT__SHUTDOWNSECONDS", "0"));
        var slow = new { name = "slow", model = new { provider = "scripted", model_name = "m", options = new { delay_ms = 600_000 } } };
        foreach (var thread in new[] { "first", "second" })
        {
            using var response = await server.Client.PostAsJsonAsync("/api/v1/executions", new { definition = slow, input = "Hello", thread_id = thread }, Token);
            response.EnsureSuccessStatusCode();
        }

        // Without the variable ten may run.
        var second = JsonElement.Parse(await server.Client.GetStringAsync("/api/v1/executions?thread_id=second", Token)).GetProperty("executions")[0];
        Assert.Equal("pending", second.GetProperty("status").GetString());
        await server.StopAsync();
        Assert.Contains(server.Log, static line => JsonElement.Parse(line).GetProperty("level").GetString() == "debug");
    }

    [Fact]
    public async Task GroqApiKey_ItsModelsAnswer()
    {
        await using var vendor = new FakeGroq();
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("Good day."));
        using var folder = new TemporaryFolder();

        var (code, output, error) = await ActantProcess.RunAsync(
            ["run", folder.Write("mine.yaml", "instructions: Greet.\nmodel: llama-3.3-70b-versatile\n"), "Hello", "--json"], ("GROQ_API_KEY", FakeVendor.Key), ("GROQ_BASE_URL", vendor.Address.AbsoluteUri));

        Assert.True(code == 0, error);
        Assert.Contains("\"model_source\":\"groq\"", output, StringComparison.Ordinal);
    }

    private async Task<string?> SubmitAsync(object submission)
    {
        using var response = await all.Server.Client.PostAsJsonAsync("/api/v1/executions", submission, Token);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString();
    }
}
