using Actant.Benchmarks.Reports;

namespace Actant.Benchmarks.Loads;

/// <summary>The same callers on one node, then half of them on each of two: every node a process of its own, one PostgreSQL for both.</summary>
internal static class NodesRun
{
    private const int Callers = 64;

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Report report)
    {
        var table = new Table("nodes", "what", "callers in all", "per second", "min", "max", "CPU ms each, machine", "WAL KiB each", "beside one");
        var one = 0.0;
        foreach (var nodes in new[] { 1, 2 })
        {
            var schema = await stage.NewOptionsAsync();
            var before = await stage.MeterAsync();
            var loops = await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => NodeHost.StartAsync(schema, Callers / nodes, options)));
            var wal = (await stage.MeterAsync() - before).WalBytes / 1024.0 / loops.Sum(loop => loop.All);
            var median = loops.Sum(loop => loop.Loop.Median);
            one = nodes == 1 ? median : one;
            table.Add(
                nodes == 1 ? "one node on PostgreSQL" : "two nodes on PostgreSQL (goal: ≥ 0.9)",
                (long)Callers, median, loops.Sum(loop => loop.Loop.Min), loops.Sum(loop => loop.Loop.Max), loops.Average(loop => loop.Loop.MachineMs) / nodes, wal, median / one);
            await stage.DropAsync(schema);
        }

        report.Add(table);
    }
}
