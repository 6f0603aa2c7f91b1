using System.Net;
using System.Text.RegularExpressions;
using Actant.AspNetCore.Tests.Deliveries;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.AspNetCore.Tests.Metering;

[Trait("Row", "O2")]
public sealed partial class MetricsEndpointTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/api/health/metrics")]
    [Trait("Row", "O1")]
    public async Task Get_FreshServer_ShowsProcessEngineAndZeros(string path)
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.GetAsync(path);
        var page = new PrometheusPage(await response.Content.ReadAsStringAsync());

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.True(page.Sum("dotnet_process_cpu_time_seconds_total") > 0);
        Assert.True(page["dotnet_process_memory_working_set_bytes"] > 1_000_000);
        Assert.True(page["dotnet_thread_pool_thread_count"] > 0);
        Assert.Equal(100, page["actant_executions_limit"]);
        if (OperatingSystem.IsLinux())
        {
            Assert.True(page.Sum("process_disk_io_bytes_total") >= 0);
            Assert.True(page["process_network_io_bytes_total{network_io_direction=\"receive\"}"] > 0);
            Assert.True(page["process_network_io_bytes_total{network_io_direction=\"transmit\"}"] > 0);
        }

        foreach (var name in new[] { "vault_auth_failures", "db_connection_errors", "redis_publish_errors" })
        {
            Assert.Equal("counter", page.Types[$"agent_executor_{name}_total"]);
            Assert.Equal(0, page[$"agent_executor_{name}_total"]);
        }
    }

    [Fact]
    public async Task Get_ExecutionWithToolCall_CountsIt()
    {
        await using var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 15 + 27?"}""");

        var page = await ReadAsync(server);

        Assert.Equal(1, page["agent_executor_jobs_total{status=\"completed\"}"]);
        Assert.Equal(1, page["agent_executor_job_duration_seconds_count"]);
        Assert.Equal(1, page["actant_execution_wait_seconds_count"]);
        Assert.Equal(1, page["actant_execution_duration_seconds_count{agent=\"sums\",outcome=\"completed\"}"]);
        Assert.Equal(1, page["actant_tool_duration_seconds_count{outcome=\"succeeded\",tool=\"calculator\"}"]);
        const string Call = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"scripted\",gen_ai_request_model=\"calculator\"";
        Assert.Equal(2, page[$"gen_ai_client_operation_duration_seconds_count{{{Call}}}"]);
        Assert.Equal(2, page[$"gen_ai_client_token_usage_count{{{Call},gen_ai_token_type=\"input\"}}"]);
        Assert.True(page[$"gen_ai_client_token_usage_sum{{{Call},gen_ai_token_type=\"output\"}}"] > 0);
        Assert.Equal(1, page["http_server_request_duration_seconds_count{http_request_method=\"POST\",http_response_status_code=\"200\",http_route=\"/api/v1/agents/{name}/execute\",network_protocol_version=\"1.1\",url_scheme=\"http\"}"]);
    }

    [Fact]
    public async Task Get_FailedExecutionAndFailedTool_CountsTheirCodes()
    {
        await using var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents/failing/execute", """{"input": "x"}""");
        await server.PostAsync("/api/v1/agents/division/execute", """{"input": "x"}""");

        var page = await ReadAsync(server);

        Assert.Equal(1, page["agent_executor_jobs_total{status=\"failed\"}"]);
        Assert.Equal(1, page["actant_execution_errors_total{code=\"model_request_rejected\"}"]);
        Assert.Equal(1, page["actant_execution_duration_seconds_count{agent=\"failing\",outcome=\"failed\"}"]);
        Assert.Equal(1, page["gen_ai_client_operation_duration_seconds_count{error_type=\"model_request_rejected\",gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"scripted\",gen_ai_request_model=\"broken\"}"]);
        Assert.Equal(1, page["actant_tool_duration_seconds_count{outcome=\"failed\",tool=\"calculator\"}"]);
    }

    [Fact]
    public async Task Get_WhileAnExecutionRuns_ShowsItAsActive()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");

        Assert.Equal(1, (await ReadAsync(server))["actant_executions_active"]);
        await server.PostAsync($"/api/v1/executions/{id}/cancel", "{}");
        await server.WaitAsync(id);

        var page = await ReadAsync(server);
        Assert.Equal(1, page["agent_executor_jobs_total{status=\"cancelled\"}"]);
    }

    [Fact]
    public async Task Get_WorkThatWaits_ShowsHowMuchByTier()
    {
        await using var server = await HttpServer.StartAsync();
        await server.Engine.Store.For(TenantId.Default).SetShareAsync(new TenantShare(MaxRunning: 0), default);
        server.Engine.Options.Tiers = new Dictionary<TenantId, TierLimits> { [new TenantId("acme")] = new() { Tier = "free" } };
        await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");

        var page = await ReadAsync(server);

        Assert.Equal(2, page["actant_queue_waiting{tier=\"none\"}"]);
        Assert.Equal(0, page["actant_queue_waiting{tier=\"free\"}"]);
        Assert.True(page["actant_queue_oldest_seconds"] > 0);
    }

    [Fact]
    public async Task Get_QueueCannotBeCounted_ShowsTheRest()
    {
        var faults = new StoreFaults { Fault = method => method.Name == nameof(IActantStore.MeasureQueueAsync) ? new StoreUnavailableException("away") : null };
        await using var server = await HttpServer.StartAsync(faults.Store);

        var page = await server.Client.GetStringAsync("/metrics");

        Assert.Contains("\nactant_executions_limit 100\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\nactant_queue_", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StoreDidNotAnswer_CountsIt()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        await server.GetAsync("/metrics");
        faults.Fault = method => method.Name == nameof(ITenantStore.ListThreadsAsync) ? new StoreUnavailableException("away") : null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/api/v1/threads")).StatusCode);

        Assert.Equal(1, (await ReadAsync(server))["agent_executor_db_connection_errors_total"]);
    }

    [Fact]
    public async Task Get_TwoServersInOneProcess_EachCountsItsOwn()
    {
        await using var one = await HttpServer.StartAsync();
        await using var other = await HttpServer.StartAsync();
        await one.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 1 + 1?"}""");

        Assert.Equal(0, (await ReadAsync(other)).Sum("agent_executor_jobs_total"));
        Assert.Equal(0, (await ReadAsync(other)).Sum("http_server_request_duration_seconds_count") - 1);
    }

    [Fact]
    [Trait("Row", "S5")]
    public async Task Get_WithKeys_NeedsOneOfTheDefaultTenant()
    {
        await using var server = await HttpServer.StartAsync();
        var admin = await KeyAsync(server, """{"name": "a", "role": "admin"}""", null);
        var viewer = await KeyAsync(server, """{"name": "v", "role": "viewer"}""", admin);
        var stranger = await KeyAsync(server, """{"name": "s", "role": "admin", "tenant_id": "other"}""", admin);

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, viewer));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, stranger));
    }

    [Fact]
    public async Task Page_MetricsOfActant_AreExactlyThoseThatExist()
    {
        await using var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 15 + 27?"}""");
        await server.PostAsync("/api/v1/agents/failing/execute", """{"input": "x"}""");
        await server.SubmitAsync("""
            {"input": "x", "definition": {"name": "boastful", "instructions": "x", "model": {
              "provider": "scripted", "model_name": "x", "options": {"default": {"answer": "much", "usage": {"input_tokens": 2000000000}}}}}}
            """);
        await using var receiver = await Receiver.StartAsync();
        await server.PostAsync("/api/v1/agents/sums/execute", $$"""{"input": "What is 1 + 1?", "callback_url": "{{receiver.Url}}"}""");
        await receiver.Requests.NextAsync();
        var page = await ReadAsync(server);
        while (!page.Types.ContainsKey("actant_delivery_age_seconds") || !page.Types.ContainsKey("actant_model_refused_counts_total"))
        {
            page = await ReadAsync(server);
        }

        var table = Row().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "metrics.md"))).ToList();
        var written = table.ToDictionary(row => row.Groups["name"].Value, StringComparer.Ordinal);
        var own = page.Types.Keys.Where(name => name.StartsWith("agent_executor_", StringComparison.Ordinal)
            || name.StartsWith("actant_", StringComparison.Ordinal) || name.StartsWith("gen_ai_", StringComparison.Ordinal));

        Assert.Equal(own.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        var asked = Queries().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "metrics.md"))).SelectMany(block => Metric().Matches(block.Value)).Select(static metric => metric.Groups["name"].Value).ToList();
        Assert.InRange(asked.Count, 5, 100);
        Assert.All(asked, name => Assert.Contains(name, written.Keys));
        Assert.All(written.Values, row => Assert.Equal(page.Types[row.Groups["name"].Value], row.Groups["type"].Value));
        Assert.All(written.Values, row => Assert.Equal(
            page.LabelsOf(row.Groups["name"].Value).Order(StringComparer.Ordinal),
            Word().Matches(row.Groups["labels"].Value).Select(word => word.Groups["name"].Value).Order(StringComparer.Ordinal)));
    }

    private static async Task<PrometheusPage> ReadAsync(HttpServer server) => new(await server.Client.GetStringAsync("/metrics"));

    private static async Task<string> KeyAsync(HttpServer server, string body, string? by)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("X-API-Key", by);
        using var response = await server.Client.SendAsync(request);
        return (await HttpServer.JsonAsync(response)).GetProperty("token").GetString()!;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpServer server, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-API-Key", key);
        using var response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }

    [GeneratedRegex(@"^\| `(?<name>(?:agent_executor|actant|gen_ai)_\w+)` \| (?<type>\w+) \| [^|]* \|(?<labels>[^|]*)\|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>\w+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex("```promql\n(?<text>[^`]+)```", RegexOptions.NonBacktracking)]
    private static partial Regex Queries();

    // A label of that beginning is no metric: it stands in brackets behind "by".
    [GeneratedRegex(@"(?<name>(?:agent_executor|actant)_\w+?)(?:_bucket|_count|_sum)?(?!\w)", RegexOptions.None, 1000)]
    private static partial Regex Metric();
}
