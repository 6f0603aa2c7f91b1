using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Testing.Postgres;
using Actant.Testing.Vendors;

namespace Actant.Acceptance.Clusters;

/// <summary>Secrets of processes that share one PostgreSQL: kept there, known to all who have the key, readable by nobody else.</summary>
[Trait("Row", "S7")]
[Trait("Row", "X1")]
public sealed class SharedSecretTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const string Planted = "store-Hy6uJ9cX20we";
    private static readonly string s_key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task Agent_WithItsOwnKeyMadeOnOneNode_IsExecutedByAnotherAndTheDatabaseHoldsNoKey()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        using var folder = new TemporaryFolder();
        await using var first = await ServeAsync("agents", s_key);
        var made = await first.Client.PostAsJsonAsync("/api/v1/agents", new { name = "helper", model = "gpt-4o-mini", api_key = FakeVendor.Key });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        Assert.Equal(0, await first.StopAsync());

        await using var second = await ServeAsync("agents", s_key);
        vendor.Reply(VendorReply.Say("Good day."));
        Assert.Equal("openai", (await second.ExecuteAsync("helper", "Hello")).GetProperty("model_source").GetString());
        Assert.Equal(0, await second.StopAsync());

        await using var stranger = await ServeAsync("agents", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var failed = await stranger.ExecuteAsync("helper", "Hello");
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.Contains("is sealed with the key ", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await stranger.StopAsync());

        await using var third = await ServeAsync("agents", s_key);
        vendor.Reply(VendorReply.Say("Good day."));
        Assert.Equal("completed", (await third.ExecuteAsync("helper", "Hello")).GetProperty("state").GetString());
        Assert.Equal(0, await third.StopAsync());

        // The reference is there: what is looked for would be found.
        var dump = await database.DumpAsync("agents");
        Assert.Contains(Convert.ToHexStringLower("secret://agent-"u8), dump, StringComparison.Ordinal);
        AssertHidden(dump, FakeVendor.Key);
        Assert.DoesNotContain(first.Log.Concat(second.Log).Concat(stranger.Log), static line => line.Contains(FakeVendor.Key, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(folder.Path, "secrets*", SearchOption.AllDirectories));

        Task<ActantProcess> ServeAsync(string schema, string key) => ActantProcess.ServeAsync(
            folder.Path, [.. Shared(schema), ("ACTANT_SECRETS_KEY", key), ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri), ("LOG_LEVEL", "trace")]);
    }

    [Fact]
    public async Task Command_SetOnOneMachine_IsUsedByTheServersOfAllAndTheDatabaseHoldsNoValue()
    {
        await using var service = await EchoService.StartAsync();
        using var folder = new TemporaryFolder();
        (string, string)[] environment = [.. Shared("commands"), ("ACTANT_SECRETS_KEY", s_key)];
        Assert.Equal(0, (await ActantProcess.RunAsync(["secrets", "set", "planted"], $"{Planted}\n", environment)).Code);
        Assert.Equal("planted\n", (await ActantProcess.RunAsync(["secrets", "list"], environment)).Output);

        await using var server = await ActantProcess.ServeAsync(folder.Path, [.. environment, ("LOG_LEVEL", "trace"), ("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true")]);
        var made = await server.Client.PostAsJsonAsync("/api/v1/agents", Caller(service.Address));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        var ended = (await server.ExecuteAsync("caller", "go")).GetRawText();
        Assert.Contains("X-Key: ***", ended, StringComparison.Ordinal);
        Assert.Contains(Planted, service.Heard, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());

        AssertHidden(await database.DumpAsync("commands") + ended + string.Join('\n', server.Log), Planted);
        Assert.Equal(0, (await ActantProcess.RunAsync(["secrets", "remove", "planted"], environment)).Code);
        Assert.Equal(2, (await ActantProcess.RunAsync(["secrets", "remove", "planted"], environment)).Code);
    }

    [Fact]
    public async Task NoKey_SecretsAndAgentsWithKeys_AreRefusedWithTheSetting()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = await ActantProcess.RunAsync(["secrets", "set", "planted"], Planted, Shared("keyless"));
        await using var server = await ActantProcess.ServeAsync(folder.Path, Shared("keyless"));

        var refused = await server.Client.PostAsJsonAsync("/api/v1/agents", new { name = "helper", model = "gpt-4o-mini", api_key = FakeVendor.Key });

        Assert.Equal(2, code);
        Assert.Contains("ACTANT_SECRETS_KEY", error, StringComparison.Ordinal);
        Assert.False(refused.IsSuccessStatusCode);
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("errors")[0];
        Assert.Equal("$.api_key", problem.GetProperty("path").GetString());
        Assert.Contains("ACTANT_SECRETS_KEY", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
        AssertHidden(await database.DumpAsync("keyless"), FakeVendor.Key);
    }

    private static object Caller(string service) => new
    {
        name = "caller",
        tool_definitions = new[]
        {
            new
            {
                name = "call",
                type = "http",
                description = "Calls.",
                config = new { method = "GET", url = service, headers = new Dictionary<string, string> { ["X-Key"] = "secret://planted" } },
            },
        },
        nodes = new[]
        {
            new
            {
                name = "main",
                type = "agent",
                tools = new[] { "call" },
                model = new
                {
                    provider = "scripted",
                    model_name = "caller",
                    options = new
                    {
                        rules = new object[]
                        {
                            new { when = new { tool_result = "" }, answer = "It said: {{ last_tool }}" },
                            new { tool_calls = new[] { new { name = "call", arguments = new { } } } },
                        },
                    },
                },
            },
        },
    };

    private static void AssertHidden(string text, string secret)
    {
        foreach (var form in (string[])[secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))])
        {
            Assert.DoesNotContain(form, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(form)), text, StringComparison.Ordinal);
        }
    }

    private (string, string)[] Shared(string schema) => [("ACTANT__POSTGRES__CONNECTIONSTRING", database.ConnectionString), ("ACTANT__POSTGRES__SCHEMA", schema)];
}
