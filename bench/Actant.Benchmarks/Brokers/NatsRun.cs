using System.Text.Json;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;

namespace Actant.Benchmarks.Brokers;

/// <summary>Jobs through NATS JetStream to a server and back: beside a bare consumer of the same library, and the same executions without a broker.</summary>
internal static class NatsRun
{
    private const int AtOnce = 64;
    private const int MessageBytes = 512;
    private const string Jobs = "AGENT_EXECUTION";
    private const string Results = "AGENT_RESULTS";
    private const string Consumer = "agent-executor-workers";

    // What `actant serve` has unless it is told.
    private const int DefaultSlots = 10;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var table = new Table("nats", "what", "per second", "CPU ms each, machine", "goal");
        await using var stage = await NatsStage.StartAsync();
        var bare = await BareAsync(options, stage);
        var alone = await AloneAsync(options);
        var few = await JobsAsync(options, stage, DefaultSlots);
        var many = await JobsAsync(options, stage, AtOnce);
        table.Add($"a: bare consumer, {AtOnce} messages at once: taken, a result of 1 KiB stored, acknowledged", bare.Rate, bare.MachineMs, "");
        table.Add($"b: the same executions without a broker, on SQLite in one process, {AtOnce} callers", alone.Median, alone.MachineMs, "");
        table.Add($"jobs through a server on SQLite, {DefaultSlots} slots", few.Rate, few.MachineMs, "");
        table.Add($"jobs through a server on SQLite, {AtOnce} slots", many.Rate, many.MachineMs, "≥ 2,000");
        table.Add("jobs beside 1/(1/a + 1/b)", many.Rate * ((1 / bare.Rate) + (1 / alone.Median)), double.NaN, "≥ 0.5");
        report.Add(table);
    }

    private static async Task<Measured> BareAsync(BenchmarkOptions options, NatsStage stage)
    {
        await stage.MakeAsync("jobs", "results");
        await using var consumer = new BareConsumer(stage.Url, "jobs", "results");
        return await MeasureAsync(options, count => stage.MeasureAsync("jobs.new", Job(), "results", count));
    }

    private static async Task<ClosedLoop> AloneAsync(BenchmarkOptions options)
    {
        await using var engine = await LoadEngine.OnSqliteAsync(options, 2 * AtOnce);
        var request = ThroughputRun.Request();
        return await ClosedLoop.MeasureAsync(() => engine.ExecuteAsync(request), AtOnce, options);
    }

    private static async Task<Measured> JobsAsync(BenchmarkOptions options, NatsStage stage, int slots)
    {
        await using var node = await NodeClient.StartAsync(options, new Dictionary<string, string> { ["NATS_URL"] = stage.Url, ["Actant__MaxConcurrentExecutions"] = $"{slots}" });
        await node.AddAgentAsync(LoadAgent.CalculatingJson(MessageBytes));
        await stage.ThereAsync(Jobs, Consumer);
        return await MeasureAsync(options, count => stage.MeasureAsync("agent.execution.jobs", Job(), Results, count));
    }

    /// <summary>The median of three, after as many that do not count.</summary>
    private static async Task<Measured> MeasureAsync(BenchmarkOptions options, Func<int, Task<double>> measure)
    {
        var (count, rounds) = options.Quick ? (100, 1) : (20_000, 3);
        await measure(count);
        await measure(count);
        var before = MachineClock.Now();
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            rates.Add(await measure(count));
        }

        rates.Sort();
        return new Measured(rates[rates.Count / 2], (MachineClock.Now() - before).MachineMs / count / rounds);
    }

    private static byte[] Job() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        agent = "calculating",
        input = new { messages = new[] { new { role = "user", content = LoadAgent.Text(MessageBytes) } } },
    });

    private readonly record struct Measured(double Rate, double MachineMs);
}
