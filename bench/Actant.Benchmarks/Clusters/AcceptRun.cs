using System.Net.Http.Headers;
using System.Text.Json;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;
using Actant.Postgres;

namespace Actant.Benchmarks.Clusters;

/// <summary>Executions accepted over HTTP, durably: beside what the server answers at all, and what the database inserts at all.</summary>
internal static class AcceptRun
{
    private const int InputBytes = 1024;
    private const string Slots = "Actant__MaxConcurrentExecutions";

    // What `actant serve` has unless it is told.
    private const string DefaultSlots = "10";

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var callers = options.Quick ? 16 : 64;
        var database = await stage.NewOptionsAsync();
        await using (var node = await StartAsync(options, database, DefaultSlots))
        {
            var (accepts, _) = await AcceptsAsync(options, node, callers);
            table.Add($"accepts/s, {callers} callers, input of 1 KiB, {DefaultSlots} slots that run them meanwhile", accepts.Median, "");
            table.Add("CPU ms each, machine", accepts.MachineMs, "");
        }

        await stage.DropAsync(database);
        database = await stage.NewOptionsAsync();
        ClosedLoop bare, requests, alone;
        double serverMs;
        await using (var node = await StartAsync(options, database, "1"))
        {
            // Its only slot is taken for longer than this takes: what is accepted waits.
            await node.AddAgentAsync("""{"name": "slow", "model": {"provider": "scripted", "model_name": "slow", "options": {"delay_ms": 110000, "default": "Done."} } }""");
            await node.SubmitAsync("slow", "Wait.", CancellationToken.None);
            requests = await ClosedLoop.MeasureAsync(() => GetAsync(node, "/health"), callers, options);
            (alone, serverMs) = await AcceptsAsync(options, node, callers);
        }

        var inserts = await BareInserts.OpenAsync(stage, database.Schema);
        await using (inserts)
        {
            bare = await ClosedLoop.MeasureAsync(inserts.RunAsync, BareInserts.Connections, options);
        }

        await stage.DropAsync(database);
        var (a, b) = (requests.Median, bare.Median * BareInserts.Rows);
        table.Add($"accepts/s, {callers} callers, on a node whose only slot is taken: it accepts and runs nothing", alone.Median, "≥ 10,000");
        table.Add("CPU ms each, machine", alone.MachineMs, "");
        table.Add("of it the server", serverMs, "");
        table.Add("of it the client", alone.ProcessMs, "");
        table.Add("the same accepts, p50, ms", alone.P50, "");
        table.Add("the same accepts, p99, ms", alone.P99, "");
        table.Add($"a: GET /health of that server by that client, {callers} callers, requests/s", a, "");
        table.Add($"b: the same rows inserted by {BareInserts.Connections} connections, {BareInserts.Rows} executions in each statement, executions/s", b, "");
        table.Add("accepts beside 1/(1/a + 1/b)", alone.Median * ((1 / a) + (1 / b)), "≥ 0.5");
    }

    private static async Task<NodeClient> StartAsync(BenchmarkOptions options, PostgresStoreOptions database, string slots)
    {
        var node = await NodeClient.StartAsync(options, new Dictionary<string, string>(OwnServer.On(database)) { [Slots] = slots });
        await node.AddAgentAsync("""
            {"name": "talking", "model": {"provider": "scripted", "model_name": "talking", "options": {
              "tokens_per_chunk": 10000, "default": {"answer": "Done.", "usage": {"input_tokens": 100, "output_tokens": 10} } } } }
            """);
        return node;
    }

    /// <summary>The callers, and the server's CPU time for each accept, those of the warm-up included.</summary>
    private static async Task<(ClosedLoop Loop, double ServerMs)> AcceptsAsync(BenchmarkOptions options, NodeClient node, int callers)
    {
        var (before, count) = (node.Meter.CpuMs, 0L);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { agent = "talking", input = LoadAgent.Text(InputBytes), start = true });
        var loop = await ClosedLoop.MeasureAsync(
            async () =>
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = s_json } };
                using var response = await node.Http.PostAsync("/api/v1/executions", content);
                await ReadAsync(response);
                Interlocked.Increment(ref count);
            },
            callers,
            options);
        return (loop, (node.Meter.CpuMs - before) / count);
    }

    private static async Task GetAsync(NodeClient node, string path)
    {
        using var response = await node.Http.GetAsync(path);
        await ReadAsync(response);
    }

    private static Task ReadAsync(HttpResponseMessage response) => response.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null);
}
