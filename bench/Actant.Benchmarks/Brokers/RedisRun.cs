using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Events;
using Actant.Redis;
using Actant.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Actant.Benchmarks.Brokers;

/// <summary>Messages on Redis channels: as executions publish them, beside bare <c>PUBLISH</c> by the same library.</summary>
internal static class RedisRun
{
    private const int Threads = 64;
    private const int InFlight = 1024;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var server = client.GetServers()[0];
        await using var streams = new RedisStreams(
            new RedisStreamOptions { Client = ConfigurationOptions.Parse(redis.Address) }, static () => new Meter("bench"), TimeProvider.System, NullLoggerFactory.Instance);
        var call = new ToolStart
        {
            Execution = new ExecutionId(Guid.NewGuid()),
            Path = "",
            Activation = "main#1",
            CallId = "call",
            Tool = "calculator",
            Arguments = JsonSerializer.SerializeToElement(new { operation = "add", a = 19, b = 23, why = LoadAgent.Text(512) }),
            Attempt = 1,
        };
        var keys = Enumerable.Range(0, Threads).Select(static i => new ThreadKey(TenantId.Default, $"t{i}")).ToArray();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { event_type = "on_tool_start", data = new { tool_name = call.Tool, tool_input = call.Arguments } });

        var table = new Table("redis", "what", "per second", "CPU ms each, machine", "goal");
        var bare = await MeasureAsync(options, server, async count =>
        {
            var publisher = client.GetSubscriber();
            var under = new Queue<Task>();
            for (var i = 0; i < count; i++)
            {
                under.Enqueue(publisher.PublishAsync(RedisChannel.Literal($"langgraph:stream:t{i % Threads}"), body));
                if (under.Count > InFlight)
                {
                    await under.Dequeue();
                }
            }

            await Task.WhenAll(under);
        });
        var ours = await MeasureAsync(options, server, count =>
        {
            for (var i = 0; i < count; i++)
            {
                streams.ToolStarts(keys[i % Threads], call);
            }

            return Task.CompletedTask;
        });
        table.Add($"bare PUBLISH of {body.Length} bytes, {InFlight} under way at once", bare.Rate, bare.MachineMs, "");
        table.Add("the same messages as executions publish them", ours.Rate, ours.MachineMs, "");
        table.Add("beside bare PUBLISH", ours.Rate / bare.Rate, double.NaN, "≥ 0.5");
        report.Add(table);
    }

    /// <summary>From the first until Redis has counted the last; the median of nine, after one that does not count.</summary>
    private static async Task<(double Rate, double MachineMs)> MeasureAsync(BenchmarkOptions options, IServer server, Func<int, Task> publish)
    {
        // Less than what may wait in memory: nothing is dropped.
        var (count, rounds) = options.Quick ? (500, 1) : (10_000, 9);
        await RoundAsync(server, publish, count);
        var before = MachineClock.Now();
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            rates.Add(await RoundAsync(server, publish, count));
        }

        rates.Sort();
        return (rates[rates.Count / 2], (MachineClock.Now() - before).MachineMs / count / rounds);
    }

    private static async Task<double> RoundAsync(IServer server, Func<int, Task> publish, int count)
    {
        var before = await PublishedAsync(server);
        var started = Stopwatch.GetTimestamp();
        await publish(count);
        while (await PublishedAsync(server) < before + count)
        {
            await Task.Delay(1);
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> PublishedAsync(IServer server)
    {
        var line = (await server.InfoAsync("commandstats")).SelectMany(static group => group).FirstOrDefault(static pair => pair.Key == "cmdstat_publish").Value;
        return line is null ? 0 : long.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }
}
