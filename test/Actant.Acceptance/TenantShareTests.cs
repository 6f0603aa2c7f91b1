using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance;

[Trait("Row", "X5")]
[Trait("Row", "S6")]
public sealed class TenantShareTests
{
    private static readonly object s_endless = new
    {
        definition = new { name = "endless", model = new { provider = "scripted", model_name = "x", options = new { delay_ms = 3_600_000 } } },
        input = "go",
    };

    private static readonly object s_calculating = new
    {
        definition = new { name = "calculating", model = "scripted", tools = new[] { "calculator" } },
        input = "go",
    };

    private static readonly object s_twoQuestions = new
    {
        definition = new
        {
            name = "two-questions",
            model = "scripted",
            nodes = new[] { new { name = "one", type = "agent" }, new { name = "two", type = "agent" } },
            edges = new[] { new { from = "one", to = "two" } },
        },
        input = "go",
    };

    [Fact]
    public async Task Serve_TenantWithALimit_RunsNoMoreAndSaysWhyTheNextOneWaits()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("ACTANT__TIERS__free__MAXRUNNING", "1"), ("ACTANT__TENANTS__acme__TIER", "free"), ("ACTANT__TENANTS__acme__WEIGHT", "3"));

        await SubmitAsync(server, "acme");
        var second = await SubmitAsync(server, "acme");
        await SubmitAsync(server, "other");
        var third = await SubmitAsync(server, "other");

        var waiting = (await GetAsync(server, "acme", second)).GetProperty("waiting");
        Assert.Equal(("limit", 0, 1, 1, 3), (
            waiting.GetProperty("for").GetString(),
            waiting.GetProperty("ahead").GetInt32(),
            waiting.GetProperty("running").GetInt32(),
            waiting.GetProperty("max_running").GetInt32(),
            waiting.GetProperty("weight").GetInt32()));
        Assert.False((await GetAsync(server, "other", third)).TryGetProperty("waiting", out _));
    }

    [Fact]
    public async Task Serve_QueueOfATierIsFull_IsRefusedWithATimeToTryAgain()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("ACTANT__TIERS__free__MAXRUNNING", "1"), ("ACTANT__TIERS__free__MAXQUEUED", "1"), ("ACTANT__TENANTS__acme__TIER", "free"));

        await SubmitAsync(server, "acme");
        await SubmitAsync(server, "acme");
        using var refused = await PostAsync(server, "acme", "/api/v1/executions", s_endless);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        using var other = await PostAsync(server, "other", "/api/v1/executions", s_endless);

        Assert.Equal((HttpStatusCode.TooManyRequests, "queue_full"), (refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains("`MaxQueued` of the tenant's tier `free`", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
    }

    [Fact]
    public async Task Serve_TenantOfATier_IsHeldToItsLimits()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(
            folder.Path,
            ("ACTANT__TIERS__free__MAXTOOLS", "0"),
            ("ACTANT__TIERS__free__MAXSECONDS", "60"),
            ("ACTANT__TIERS__free__MAXTOKENS", "1"),
            ("ACTANT__TIERS__free__PRIORITY", "2"),
            ("ACTANT__TENANTS__acme__TIER", "free"),
            ("ACTANT__TENANTS__acme__PRIORITY", "3"));

        var waiting = await GetAsync(server, "acme", await SubmitAsync(server, "acme"));
        var free = await GetAsync(server, "other", await SubmitAsync(server, "other"));
        using var refused = await PostAsync(server, "acme", "/api/v1/executions", s_calculating);
        var refusal = await refused.Content.ReadFromJsonAsync<JsonElement>();
        var spent = await SubmitAsync(server, "acme", s_twoQuestions);
        await ReadToTheEndAsync(server, "acme", spent);

        Assert.Equal((3, 4), (waiting.GetProperty("priority").GetInt32(), free.GetProperty("priority").GetInt32()));
        Assert.InRange(Seconds(waiting), 50, 70);
        Assert.InRange(Seconds(free), 3000, 4000);
        Assert.Equal((HttpStatusCode.Forbidden, "tier_limit"), (refused.StatusCode, refusal.GetProperty("code").GetString()));
        Assert.Contains("`MaxTools` of the tenant's tier `free`", refusal.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("tier_limit", (await GetAsync(server, "acme", spent)).GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("ACTANT__TIERS__free__MAXTOKENS", "0", "Actant:Tiers:free:MaxTokens: '0' is not a whole number from 1 to")]
    [InlineData("ACTANT__TIERS__free__HISTORY", "all", "Actant:Tiers:free:History: 'all' is not a whole number from 0 to")]
    [InlineData("ACTANT__TENANTS__acme__PRIORITY", "10", "Actant:Tenants:acme:Priority: '10' is not a whole number from 0 to 9")]
    [InlineData("ACTANT__TENANTS__acme__TIER", "gold", "Actant:Tenants:acme:Tier")]
    [InlineData("ACTANT__TENANTS__acme__WEIGHT", "0", "Actant:Tenants:acme:Weight")]
    [InlineData("ACTANT__TIERS__free__SPEED", "1", "Actant:Tiers:free:Speed")]
    public async Task Serve_ShareThatIsNone_IsRefusedWithItsPlace(string name, string value, string place)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--data", folder.Path], (name, value));

        Assert.Equal(2, code);
        Assert.Contains(place, error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"It stands in the variable {name}.", error, StringComparison.Ordinal);
    }

    private static double Seconds(JsonElement execution) =>
        (execution.GetProperty("deadline").GetDateTimeOffset() - execution.GetProperty("created_at").GetDateTimeOffset()).TotalSeconds;

    private static async Task<HttpResponseMessage> PostAsync(ActantProcess server, string tenant, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "X-Tenant-Id", tenant } } };
        return await server.Client.SendAsync(request);
    }

    private static async Task<string> SubmitAsync(ActantProcess server, string tenant, object? body = null)
    {
        using var response = await PostAsync(server, tenant, "/api/v1/executions", body ?? s_endless);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("execution_id").GetString()!;
    }

    private static async Task ReadToTheEndAsync(ActantProcess server, string tenant, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}/events") { Headers = { { "X-Tenant-Id", tenant } } };
        using var events = await server.Client.SendAsync(request);
        events.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> GetAsync(ActantProcess server, string tenant, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}") { Headers = { { "X-Tenant-Id", tenant } } };
        using var response = await server.Client.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
