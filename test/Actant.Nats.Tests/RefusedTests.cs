using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Actant.CloudEvents;
using Actant.Outbox;
using Actant.Testing;
using Actant.Testing.Executions;
using Microsoft.Extensions.Logging;

namespace Actant.Nats.Tests;

/// <summary>Who hears of jobs that are refused, and of servers that are away.</summary>
[Trait("Row", "I2")]
public sealed class RefusedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RefusedJob_ReachesTheSinkOfAllEnds_AndIsCounted()
    {
        await using var server = await NatsServer.StartAsync();
        var (tries, sent, ends) = (0, new ConcurrentQueue<JsonElement>(), new ConcurrentQueue<object?>());
        var sink = new JobSink(new DeliveryTarget { Url = "ksink:default" })
        {
            SendRefused = (end, _) =>
            {
                sent.Enqueue(JsonElement.Parse(end.Span));
                return ValueTask.FromResult(Interlocked.Increment(ref tries) < 3 ? SendResult.Failed("It is away.") : SendResult.Delivered);
            },
        };
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url), sink: sink);
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "agent_executor_jobs" && instrument.Meter == node.Engine.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<long>((_, count, tags, _) => ends.Enqueue((count, tags[0].Value)));
        meter.Start();
        await using var sender = new Sender(server.Url);

        await sender.SendWhenThereAsync("""{"job_id": "nobody", "agent": "nobody", "input": "x"}""");

        var letter = Assert.Single(await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1));
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(3, tries);
        Assert.All(sent, end => Assert.Equal((letter.Headers["Nats-Msg-Id"], "nobody"), (end.GetProperty("id").GetString(), end.GetProperty("data").GetProperty("job_id").GetString())));
        for (var waited = 0; ends.IsEmpty && waited < 1_200; waited++)
        {
            await Task.Delay(50, Token);
        }

        Assert.Equal([(1L, (object?)"failed")], ends);
    }

    [Fact]
    public async Task RefusedJob_OfASinkThatRefusesItToo_IsADeadLetter()
    {
        await using var server = await NatsServer.StartAsync();
        var sink = new JobSink(new DeliveryTarget { Url = "ksink:default" }) { SendRefused = static (_, _) => ValueTask.FromResult(SendResult.Refused("No.")) };
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url), sink: sink);
        await using var sender = new Sender(server.Url);

        await sender.SendWhenThereAsync("""{"job_id": 7, "agent": "a"}""");

        var letter = Assert.Single(await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1));
        Assert.StartsWith("$.job_id: ", letter.Headers["Actant-Reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatIsAway_IsAWarningOfOneLine()
    {
        await using var server = NatsServer.Prepare();
        var log = new LogLines();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url), log: log);
        for (var waited = 0; !log.Written.Any(static line => line.Level == LogLevel.Warning && line.Text.Contains("refused", StringComparison.OrdinalIgnoreCase)) && waited < 1_200; waited++)
        {
            await Task.Delay(50, Token);
        }

        Assert.Contains(log.Written, static line => line.Level == LogLevel.Warning && line.Text.Contains("refused", StringComparison.OrdinalIgnoreCase));
        Assert.All(log.Written, static line => Assert.True(line.Level < LogLevel.Error && !line.Text.Contains('\n', StringComparison.Ordinal), line.Text));
    }
}
