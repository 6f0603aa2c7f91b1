using System.Diagnostics;
using Actant.Benchmarks.Peers;
using Actant.Benchmarks.Reports;
using Actant.Storage;

namespace Actant.Benchmarks.Loads;

/// <summary>How soon executions have ended that were queued while nobody took them.</summary>
internal static class DrainRun
{
    private const int Submitters = 64;
    private const int AtOnce = 256;

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Report report)
    {
        var row = await MeasureAsync(options, stage);
        var table = new Table("drain", "what", "queued", "per second", "min", "max", "CPU ms each, machine");
        table.Add("drain on PostgreSQL", row.AtOnce, row.Median, row.Min, row.Max, row.MachineMs);
        report.Add(table);
    }

    public static async Task<PeerRow> MeasureAsync(BenchmarkOptions options, PostgresStage stage)
    {
        var (count, rounds) = options.Quick ? (200, 1) : (20_000, 3);
        var rates = new List<double>();
        var machine = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var schema = await stage.NewOptionsAsync();
            await using (var engine = await LoadEngine.QueueOnPostgresAsync(schema, AtOnce))
            {
                var request = ThroughputRun.Request();
                await Task.WhenAll(Enumerable.Range(0, Submitters).Select(submitter => Task.Run(async () =>
                {
                    for (var i = submitter; i < count; i += Submitters)
                    {
                        await engine.Client.SubmitAsync(request, CancellationToken.None);
                    }
                })));
                var (before, started) = (MachineClock.Now(), Stopwatch.GetTimestamp());
                await engine.Engine.StartAsync(CancellationToken.None);
                await EndedAsync(engine.Tenant);
                rates.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
                machine += (MachineClock.Now() - before).MachineMs / count / rounds;
            }

            await stage.DropAsync(schema);
        }

        rates.Sort();
        return new PeerRow("Actant, drain of a queue of " + count, count, rates[rates.Count / 2], rates[0], rates[^1]) { MachineMs = machine };
    }

    /// <summary>Says so at most 20 ms too late.</summary>
    private static async Task EndedAsync(ITenantStore store)
    {
        foreach (var status in new[] { ExecutionStatus.Pending, ExecutionStatus.Running })
        {
            while ((await store.ListExecutionsAsync(new ExecutionFilter { Status = status }, null, 1, CancellationToken.None)).Items.Count > 0)
            {
                await Task.Delay(20);
            }
        }
    }
}
