using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Npgsql;

namespace Actant.Benchmarks.Peers;

/// <summary>What our users would pick instead, and Actant, one after the other on the same machine and the same PostgreSQL.</summary>
internal static class PeersRun
{
    /// <summary>What <c>--only</c> may name.</summary>
    public static readonly string[] Names = ["langgraph", "dbos", "restate", "langgraph-api"];

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var callers = options.Quick ? 16 : 64;
        var table = new Table(
            "peers", "what", "at once", "per second", "min", "max", "p50 ms", "p99 ms", "CPU ms each, machine", "commits each", "WAL KiB each", "Actant beside it", "goal");
        if (options.WantsPeer("langgraph") || options.WantsPeer("dbos"))
        {
            await InProcessAsync(options, table, callers);
        }

        if (options.WantsPeer("restate") || options.WantsPeer("langgraph-api"))
        {
            await OverHttpAsync(options, table, callers);
        }

        report.Add(table);
    }

    private static async Task InProcessAsync(BenchmarkOptions options, Table table, int callers)
    {
        await using var stage = await PostgresStage.OpenAsync(options);
        var commits = await PostgresRun.CommitsAsync(options, stage, 1);
        Add(table, PeerRow.Of("limit: bare commit of one row, PostgreSQL", 1, commits.Loop) with { Commits = commits.Commits, WalKib = commits.WalKib });
        List<PeerRow> own = [];
        foreach (var many in options.Quick ? [callers] : new[] { 1, callers })
        {
            var (loop, each, wal) = await PostgresRun.ExecutionsAsync(options, stage, many);
            own.Add(PeerRow.Of("Actant in process, PostgreSQL", many, loop) with { Commits = each, WalKib = wal });
        }

        var drain = options.WantsPeer("dbos") ? await DrainRun.MeasureAsync(options, stage) : null;
        own.ForEach(row => Add(table, row));
        if (drain is not null)
        {
            Add(table, drain);
        }

        foreach (var (name, script, goal) in new[] { ("langgraph", "library.mjs", "≥ 20 ×"), ("dbos", "dbos.mjs", "≥ 6 ×") })
        {
            await TryAsync(options, table, name, async () =>
            {
                await Programs.InstallAsync(name);
                foreach (var row in await OnDatabaseAsync(options, stage, name, script))
                {
                    var beside = own.FirstOrDefault(mine => mine.AtOnce == row.AtOnce) ?? drain;
                    Add(table, row, beside, row.AtOnce == callers ? goal : beside == drain ? "≥ 8 ×" : "");
                }
            });
        }
    }

    private static async Task OverHttpAsync(BenchmarkOptions options, Table table, int callers)
    {
        var own = await HttpPeers.ActantAsync(options, callers);
        Add(table, own);
        await TryAsync(options, table, "restate", async () => Add(table, await HttpPeers.RestateAsync(options, callers), own, "≥ 4 ×"));
        await TryAsync(options, table, "langgraph-api", async () => Add(table, await HttpPeers.LangGraphAsync(options, callers), own, "≥ 20 ×"));
    }

    /// <summary>A peer's script on a database of its own.</summary>
    private static async Task<List<PeerRow>> OnDatabaseAsync(BenchmarkOptions options, PostgresStage stage, string name, string script)
    {
        await stage.RunAsync($"DROP DATABASE IF EXISTS peer_{name}");
        await stage.RunAsync($"CREATE DATABASE peer_{name}");
        var connection = new NpgsqlConnectionStringBuilder(stage.Connection);
        var password = string.IsNullOrEmpty(connection.Password) ? "" : $":{Uri.EscapeDataString(connection.Password)}";
        var address = $"postgresql://{Uri.EscapeDataString(connection.Username!)}{password}@{connection.Host}:{connection.Port}/peer_{name}";
        try
        {
            return await Programs.RunAsync(name, script, options.Quick, address);
        }
        finally
        {
            await stage.RunAsync($"DROP DATABASE peer_{name} WITH (FORCE)");
        }
    }

    /// <summary>What cannot be had here is named with the reason; figures of another day never take its place.</summary>
    private static async Task TryAsync(BenchmarkOptions options, Table table, string name, Func<Task> measure)
    {
        if (!options.WantsPeer(name))
        {
            return;
        }

        try
        {
            await measure();
        }
        catch (PeerMissingException exception)
        {
            await Console.Error.WriteLineAsync($"peers: {name} is left out: {exception.Message}");
            Cell nothing = double.NaN;
            table.Add($"{name}: not measured, {exception.Message}", nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, "");
        }
    }

    private static void Add(Table table, PeerRow row, PeerRow? own = null, string goal = "") => table.Add(
        row.What, row.AtOnce, row.Median, row.Min, row.Max, row.P50, row.P99, row.MachineMs, row.Commits, row.WalKib,
        own is null ? double.NaN : own.Median / row.Median, goal);
}
