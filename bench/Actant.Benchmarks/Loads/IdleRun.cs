using System.Collections.Concurrent;
using System.Diagnostics;
using Actant.Benchmarks.Reports;
using Actant.Executions;

namespace Actant.Benchmarks.Loads;

/// <summary>Many executions on SQLite that wait on a slow model at once: what each costs, and how soon all have ended.</summary>
internal static class IdleRun
{
    private const int Submitters = 64;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var (count, delay) = options.Quick ? (200, TimeSpan.FromSeconds(1)) : (10_000, TimeSpan.FromSeconds(5));
        await using var engine = await LoadEngine.OnSqliteAsync(options, count);
        var request = new SubmitRequest { Definition = LoadAgent.Talking(512, delay), Input = LoadAgent.Input(512) };
        await engine.ExecuteAsync(request with { Definition = LoadAgent.Talking(512) });

        var before = Memory();
        var accepted = new ConcurrentBag<ExecutionId>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Submitters).Select(submitter => Task.Run(async () =>
        {
            for (var i = submitter; i < count; i += Submitters)
            {
                accepted.Add((await engine.Client.SubmitAsync(request, CancellationToken.None)).Value!.Id);
            }
        })));
        var accepting = Stopwatch.GetElapsedTime(started);
        var waiting = Memory();
        await Parallel.ForEachAsync(accepted, new ParallelOptions { MaxDegreeOfParallelism = count }, async (id, token) => await engine.Client.WaitAsync(id, token));
        var all = Stopwatch.GetElapsedTime(started);

        var table = new Table("idle", "what", "value");
        table.Add("executions", (long)count);
        table.Add("their model answers after, s", delay.TotalSeconds);
        table.Add("first submission to last accept, s", accepting.TotalSeconds);
        table.Add("first submission to last end, s", all.TotalSeconds);
        table.Add("last accept to last end, s", (all - accepting).TotalSeconds);
        table.Add("managed memory each while waiting, KiB", (waiting.Managed - before.Managed) / 1024.0 / count);
        table.Add("resident memory each while waiting, KiB", (waiting.Resident - before.Resident) / 1024.0 / count);
        report.Add(table);
    }

    private static (long Managed, long Resident) Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (managed, process.WorkingSet64);
    }
}
