using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;
using Actant.Postgres;
using Npgsql;

namespace Actant.Benchmarks.Clusters;

/// <summary>What a server on PostgreSQL costs that has nothing to do, and how soon one is ready.</summary>
internal static class IdleNodeRun
{
    private const string Database = "bench_idle";

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var (idle, starts) = options.Quick ? (TimeSpan.FromSeconds(2), 1) : (TimeSpan.FromSeconds(20), 5);

        // A database of its own, whose transactions are the server's.
        await stage.RunAsync($"DROP DATABASE IF EXISTS {Database}");
        await stage.RunAsync($"CREATE DATABASE {Database}");
        var settings = OwnServer.On(new PostgresStoreOptions
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(stage.Connection) { Database = Database }.ConnectionString,
        });
        settings["Actant__MaxConcurrentExecutions"] = "10";
        var (first, each, memory, transactions) = (TimeSpan.Zero, new List<double>(), 0.0, 0.0);
        for (var start = 0; start <= starts; start++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var node = await NodeClient.StartAsync(options, settings);
            using (var ready = await node.Http.GetAsync("/ready"))
            {
                ready.EnsureSuccessStatusCode();
            }

            if (start == 0)
            {
                // The tables were made with it.
                first = Stopwatch.GetElapsedTime(started);
                (memory, transactions) = await WaitAsync(stage, node, idle);
                continue;
            }

            each.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        await stage.RunAsync($"DROP DATABASE {Database} WITH (FORCE)");
        each.Sort();
        table.Add($"idle node: transactions/s, over {idle.TotalSeconds:0} s", transactions, "≤ 1");
        table.Add("idle node: resident memory after that, MB", memory * 1.048576, "≤ 120");
        table.Add($"start of the process → /ready, median of {starts}, s", each[each.Count / 2], "≤ 1");
        table.Add("the first start, which makes the tables, s", first.TotalSeconds, "");
    }

    private static async Task<(double Memory, double Transactions)> WaitAsync(PostgresStage stage, NodeClient node, TimeSpan idle)
    {
        // What starting has asked for is counted by the database at the latest then.
        await Task.Delay(idle / 2);
        var (before, started) = (await CommitsAsync(stage), Stopwatch.GetTimestamp());
        await Task.Delay(idle);
        var transactions = (await CommitsAsync(stage) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (node.Meter.ResidentMiB, transactions);
    }

    private static async Task<long> CommitsAsync(PostgresStage stage)
    {
        await using var connection = await stage.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{Database}'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
