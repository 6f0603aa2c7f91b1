using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;

namespace Actant.Benchmarks.Clusters;

/// <summary>Servers on PostgreSQL as users run them, each a process of its own; every figure beside its goal.</summary>
internal static class ClusterRun
{
    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        await using var stage = await PostgresStage.OpenAsync(options);
        var table = new Table("cluster", "what", "value", "goal");
        foreach (var (name, measure) in new (string, Func<BenchmarkOptions, PostgresStage, Table, Task>)[]
        {
            ("idle", IdleNodeRun.RunAsync),
            ("accept", AcceptRun.RunAsync),
            ("first step", FirstStepRun.RunAsync),
            ("kill", KillRun.RunAsync),
            ("tokens", TokensAsync),
            ("cancel", CancelAsync),
        })
        {
            if (options.Matches(name))
            {
                await measure(options, stage, table);
            }
        }

        report.Add(table);
    }

    private static async Task TokensAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var database = await stage.NewOptionsAsync();
        await using (var nodes = await VendorStage.OpenTwoAsync(options, database))
        {
            var (streams, direct, served) = await TokenRun.MeasureAsync(options, nodes);
            table.Add($"token → reader on the other node, {streams} streams × {TokenRun.PerSecond} tokens/s: added, p50, ms", served.Ages.AtMs(0.5) - direct.Ages.AtMs(0.5), "");
            table.Add("the same, p99, ms", served.Ages.AtMs(0.99) - direct.Ages.AtMs(0.99), "< 50");
        }

        await stage.DropAsync(database);
    }

    private static async Task CancelAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var database = await stage.NewOptionsAsync();
        await using (var nodes = await VendorStage.OpenTwoAsync(options, database))
        {
            var closing = await CancelRun.SilentAsync(options, nodes);
            table.Add($"cancel asked on the other node → vendor's connection closed, {closing.Count:N0} of them: p50, ms", closing.AtMs(0.5), "");
            table.Add("the same, p99, ms", closing.AtMs(0.99), "< 1,000");
        }

        await stage.DropAsync(database);
    }
}
