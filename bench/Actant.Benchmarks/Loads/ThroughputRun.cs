using Actant.Benchmarks.Reports;
using Actant.Executions;

namespace Actant.Benchmarks.Loads;

/// <summary>Executions per second in this process, beside what the database can do at all.</summary>
internal static class ThroughputRun
{
    private const int MessageBytes = 512;
    private const int CommitsPerExecution = 4;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var table = new Table(
            "throughput", "what", "at once", "per second", "min", "max", "p50 ms", "p99 ms", "CPU ms each", "CPU ms each, machine", "commits each");
        int[] crowds = options.Quick ? [1, 16] : [1, 16, 64];
        var commit = options.Matches("commit") ? await BareCommits.RunAsync(options, table) : null;
        foreach (var callers in crowds.Where(callers => options.Matches($"execution in memory {callers}")))
        {
            await using var engine = await LoadEngine.InMemoryAsync(2 * callers);
            Add(table, "execution in memory", callers, await MeasureAsync(engine, callers, options, forgets: true), 0);
        }

        var alone = 0.0;
        foreach (var callers in crowds.Where(callers => options.Matches($"execution on SQLite {callers}")))
        {
            await using var engine = await LoadEngine.OnSqliteAsync(options, 2 * callers);
            await engine.ExecuteAsync(Request());
            var (before, executions) = (engine.Commits, 0L);
            var loop = await MeasureAsync(engine, callers, options, forgets: false, () => Interlocked.Increment(ref executions));
            Add(table, "execution on SQLite", callers, loop, (engine.Commits - before) / (double)executions);
            alone = callers == 1 ? loop.P50 : alone;
        }

        if (table.Rows.Count > 0)
        {
            report.Add(table);
        }

        if (commit is null || alone == 0)
        {
            return;
        }

        var ratio = new Table("commit", "what", "ms");
        ratio.Add("one bare commit, one at a time (p50)", commit.P50);
        ratio.Add($"{CommitsPerExecution} bare commits", CommitsPerExecution * commit.P50);
        ratio.Add("one execution on SQLite, one at a time (p50)", alone);
        ratio.Add($"execution / {CommitsPerExecution} bare commits", alone / (CommitsPerExecution * commit.P50));
        report.Add(ratio);
    }

    public static void Add(Table table, string what, int callers, ClosedLoop loop, double commits) => table.Add(
        what, (long)callers, loop.Median, loop.Min, loop.Max, loop.P50, loop.P99, loop.ProcessMs, loop.MachineMs, commits);

    /// <summary>What every caller sends.</summary>
    public static SubmitRequest Request() => new() { Definition = LoadAgent.Calculating(MessageBytes), Input = LoadAgent.Input(MessageBytes) };

    /// <param name="engine">The engine.</param>
    /// <param name="callers">How many at once.</param>
    /// <param name="options">How long.</param>
    /// <param name="forgets">Whether a thread is deleted after its execution: in memory nothing else bounds the run.</param>
    /// <param name="count">Called for each execution, those of the warm-up too.</param>
    private static Task<ClosedLoop> MeasureAsync(LoadEngine engine, int callers, BenchmarkOptions options, bool forgets, Action? count = null)
    {
        var request = Request();
        return ClosedLoop.MeasureAsync(
            async () =>
            {
                var result = await engine.ExecuteAsync(request);
                count?.Invoke();
                if (forgets)
                {
                    await engine.Client.DeleteThreadAsync(result.Record.Thread.Thread, CancellationToken.None);
                }
            },
            callers,
            options);
    }
}
