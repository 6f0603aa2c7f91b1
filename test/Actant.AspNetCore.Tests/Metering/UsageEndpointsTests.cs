using System.Net;
using Actant.Tiers;

namespace Actant.AspNetCore.Tests.Metering;

[Trait("Row", "L3")]
public sealed class UsageEndpointsTests
{
    [Fact]
    public async Task Usage_AfterExecutions_AddsUpByWhatIsAsked()
    {
        await using var server = await HttpServer.StartAsync();
        var first = await server.PostJsonAsync("/api/v1/agents/sums/execute", """{"input": "What is 1 + 1?", "thread_id": "talk"}""");
        var second = await server.PostJsonAsync("/api/v1/agents/sums/execute", """{"input": "What is 2 + 2?", "thread_id": "talk"}""");
        var other = await server.PostJsonAsync("/api/v1/agents/division/execute", """{"input": "x"}""");
        long[] tokens = [.. new[] { first, second, other }.Select(run => run.GetProperty("tokens_used").GetInt64())];

        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", null);
        var byAgent = await server.GetJsonAsync($"/api/v1/usage?group_by=agent,model&from=2020-01-01&to=2022-01-01");
        Assert.Empty(byAgent.GetProperty("rows").EnumerateArray());
        byAgent = await server.GetJsonAsync($"/api/v1/usage?group_by=agent,model&from={today}&to={DateTime.UtcNow.AddDays(1):yyyy-MM-dd}");
        var rows = byAgent.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("agent").GetString()!);

        Assert.Equal(tokens[0] + tokens[1], rows["sums"].GetProperty("tokens_used").GetInt64());
        Assert.Equal((4, "calculator"), (rows["sums"].GetProperty("calls").GetInt32(), rows["sums"].GetProperty("model").GetString()));
        Assert.Equal(tokens[2], rows["division"].GetProperty("tokens_used").GetInt64());
        Assert.Equal(tokens.Sum(), byAgent.GetProperty("total").GetProperty("tokens_used").GetInt64());
        var thread = await server.GetJsonAsync("/api/v1/usage?thread_id=talk");
        Assert.Equal((2, tokens[0] + tokens[1]), (thread.GetProperty("executions").GetInt32(), thread.GetProperty("tokens_used").GetInt64()));
        Assert.Equal(tokens[2], (await server.GetJsonAsync($"/api/v1/usage?agent=division&from={today}&to={DateTime.UtcNow.AddDays(1):yyyy-MM-dd}")).GetProperty("total").GetProperty("tokens_used").GetInt64());
    }

    [Fact]
    [Trait("Row", "S6")]
    public async Task Usage_WhatIsStored_IsSaidOfTenantAndThread()
    {
        await using var server = await HttpServer.StartAsync();
        server.Engine.Options.Tiers = new Dictionary<TenantId, TierLimits> { [TenantId.Default] = new() { MaxStoredBytes = 1_000_000 } };
        await server.PostJsonAsync("/api/v1/agents/sums/execute", """{"input": "What is 1 + 1?", "thread_id": "talk"}""");

        var stored = (await server.GetJsonAsync("/api/v1/usage")).GetProperty("stored");
        var bytes = (await server.GetJsonAsync("/api/v1/usage?thread_id=talk")).GetProperty("bytes").GetInt64();

        Assert.True(bytes > 100);
        Assert.True(stored.GetProperty("threads").GetInt64() >= bytes);
        Assert.Equal(1_000_000, stored.GetProperty("max_bytes").GetInt64());
        var large = await server.PostAsync("/api/v1/executions", $$"""{"agent": "sums", "input": "{{new string('x', 999_000)}}", "start": false}""");
        var problem = await HttpServer.AssertProblemAsync(large, 507, "tenant_storage_full");
        Assert.Contains("`MaxStoredBytes` of the tenant allows 1000000", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True((await MetricsAsync(server)).Contains("actant_storage_used_bytes{tenant=\"default\"}", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync("/api/v1/threads/talk")).StatusCode);
    }

    [Theory]
    [InlineData("from=yesterday", "?from")]
    [InlineData("group_by=agent,tenant", "?group_by")]
    [InlineData("from=2026-02-01&to=2026-01-01", "?from")]
    public async Task Usage_WrongQuery_SaysWhatIsExpected(string query, string path)
    {
        await using var server = await HttpServer.StartAsync();

        var problem = await HttpServer.AssertProblemAsync(await server.GetAsync($"/api/v1/usage?{query}"), 400, "invalid_input");

        Assert.Equal(path, problem.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    private static async Task<string> MetricsAsync(HttpServer server) => await (await server.GetAsync("/metrics")).Content.ReadAsStringAsync();
}
