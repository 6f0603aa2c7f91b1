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

    [Theory]
    [InlineData("ACTANT__TENANTS__acme__TIER", "gold", "Actant:Tenants:acme:Tier")]
    [InlineData("ACTANT__TENANTS__acme__WEIGHT", "0", "Actant:Tenants:acme:Weight")]
    [InlineData("ACTANT__TIERS__free__SPEED", "1", "Actant:Tiers:free:Speed")]
    public async Task Serve_ShareThatIsNone_IsRefusedWithItsPlace(string name, string value, string place)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--data", folder.Path], (name, value));

        Assert.Equal(2, code);
        Assert.Contains(place, error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> SubmitAsync(ActantProcess server, string tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/executions") { Content = JsonContent.Create(s_endless), Headers = { { "X-Tenant-Id", tenant } } };
        using var response = await server.Client.SendAsync(request);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("execution_id").GetString()!;
    }

    private static async Task<JsonElement> GetAsync(ActantProcess server, string tenant, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}") { Headers = { { "X-Tenant-Id", tenant } } };
        using var response = await server.Client.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
