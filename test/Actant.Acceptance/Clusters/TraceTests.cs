using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>One trace from the request to the delivery of its result, over two processes, one of which is killed.</summary>
[Trait("Row", "O4")]
public sealed class TraceTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const string Parent = "00f067aa0ba902b7";

    [Fact]
    public async Task Trace_NodeKilledBetweenTwoSteps_GoesOnFromTheRequestToTheDelivery()
    {
        await using var collector = await FakeCollector.StartAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using var first = await ServeAsync("first");
        using var submission = new HttpRequestMessage(HttpMethod.Post, "/api/v1/executions") { Content = JsonContent.Create(Submission(receiver.Address)) };
        submission.Headers.Add("traceparent", $"00-{trace}-{Parent}-01");
        submission.Headers.Add("baggage", "shop=seven");
        var accepted = await first.Client.SendAsync(submission);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());

        await collector.HearAsync(trace, static span => span.Name == "execute_tool calculator");
        var request = await collector.HearAsync(trace, static span => span.Name.StartsWith("POST", StringComparison.Ordinal));
        await first.KillAsync();
        await using var second = await ServeAsync("second");
        await receiver.HearAsync(static heard => heard.Count > 0);
        await collector.HearAsync(trace, static span => span.Name.StartsWith("deliver", StringComparison.Ordinal));
        var run = await collector.HearAsync(trace, static span => span.Name == "invoke_agent traced");

        Assert.Equal(Parent, request.Parent);
        Assert.Equal(request.Id, run.Parent);
        Assert.Equal("completed", JsonElement.Parse(receiver.Heard.First().Body).GetProperty("status").GetString());
        var spans = collector.Spans.Where(span => span.Trace == trace).ToList();
        Assert.Contains(spans, span => span.Name == "chat calc" && span.Parent == run.Id);
        Assert.Contains(spans, span => span.Name == "chat calc" && span.Parent != run.Id);
        Assert.Contains(spans, span => span.Name == "append journal" && span.Parent == run.Id);

        // What many share is in nobody's trace, nor in one of its own.
        Assert.DoesNotContain(collector.Spans, static span => span.Parent.Length == 0);
        Assert.True(collector.Paths.ContainsKey("/v1/logs"), string.Join(' ', collector.Paths.Keys));
        Assert.Contains(first.Log.Concat(second.Log), static line => line.Contains("Listening", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(0, await second.StopAsync());
        Assert.Contains(second.Log, line => line.Contains(trace, StringComparison.Ordinal) && line.Contains("completed", StringComparison.Ordinal));

        Task<ActantProcess> ServeAsync(string name) => ActantProcess.ServeAsync(
            Path.Combine(folder.Path, name),
            ("ACTANT__POSTGRES__CONNECTIONSTRING", database.ConnectionString),
            ("ACTANT__POSTGRES__SCHEMA", "traces"),
            ("ACTANT__SESSIONSECONDS", "2"),
            ("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "100"));
    }

    private static object Submission(string callback) => new
    {
        definition = new
        {
            name = "traced",
            tools = new { calculator = true },
            model = new { provider = "scripted", model_name = "calc", options = new { delay_ms = 2500 } },
        },
        input = "What is 19 plus 23?",
        callback_url = callback,
    };
}
