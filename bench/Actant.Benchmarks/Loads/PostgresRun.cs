using Actant.Benchmarks.Reports;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Benchmarks.Loads;

/// <summary>Executions per second on PostgreSQL, beside bare commits of one row by the same library.</summary>
internal static class PostgresRun
{
    private const int CommitsPerExecution = 4;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        int[] crowds = options.Quick ? [1, 16] : [1, 16, 64];
        int[] commits = [.. crowds.Where(callers => options.Matches($"commit on PostgreSQL {callers}"))];
        int[] executions = [.. crowds.Where(callers => options.Matches($"execution on PostgreSQL {callers}"))];
        var (drains, nodes) = (options.Matches("drain on PostgreSQL"), options.Matches("nodes on PostgreSQL"));
        if (commits is [] && executions is [] && !drains && !nodes)
        {
            return;
        }

        await using var stage = await PostgresStage.OpenAsync(options);
        var table = new Table(
            "postgres", "what", "at once", "per second", "min", "max", "p50 ms", "p99 ms", "CPU ms each", "CPU ms each, machine", "commits each", "WAL KiB each");
        ClosedLoop? commit = null;
        ClosedLoop? alone = null;
        foreach (var callers in commits)
        {
            var measured = await CommitsAsync(options, stage, callers);
            Add(table, "bare commit of one row", callers, measured);
            commit ??= callers == 1 ? measured.Loop : null;
        }

        foreach (var callers in executions)
        {
            var measured = await ExecutionsAsync(options, stage, callers);
            Add(table, "execution on PostgreSQL", callers, measured);
            alone ??= callers == 1 ? measured.Loop : null;
        }

        if (table.Rows.Count > 0)
        {
            report.Add(table);
        }

        if (commit is not null && alone is not null)
        {
            var ratio = new Table("postgres-commit", "what", "ms");
            ratio.Add("one bare commit, one at a time (p50)", commit.P50);
            ratio.Add($"{CommitsPerExecution} bare commits", CommitsPerExecution * commit.P50);
            ratio.Add("one execution on PostgreSQL, one at a time (p50)", alone.P50);
            ratio.Add($"execution / {CommitsPerExecution} bare commits (goal: ≤ 2)", alone.P50 / (CommitsPerExecution * commit.P50));
            report.Add(ratio);
        }

        if (drains)
        {
            await DrainRun.RunAsync(options, stage, report);
        }

        if (nodes)
        {
            await NodesRun.RunAsync(options, stage, report);
        }
    }

    /// <summary>Rows of 1 KiB, each in a transaction of its own, by a connection for each caller.</summary>
    public static async Task<PostgresLoop> CommitsAsync(BenchmarkOptions options, PostgresStage stage, int callers)
    {
        var schema = await stage.NewOptionsAsync();
        await stage.RunAsync($"CREATE SCHEMA {schema.Schema}; CREATE TABLE {schema.Schema}.bare (id bigserial PRIMARY KEY, body bytea NOT NULL)");
        var commands = new Stack<NpgsqlCommand>();
        var (before, count) = (await stage.MeterAsync(), 0L);
        for (var i = 0; i < callers; i++)
        {
            var command = new NpgsqlCommand($"INSERT INTO {schema.Schema}.bare (body) VALUES ($1)", await stage.ConnectAsync());
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = new byte[1024] });
            await command.PrepareAsync();
            commands.Push(command);
        }

        var loop = await ClosedLoop.MeasureAsync(
            async () =>
            {
                NpgsqlCommand command;
                lock (commands)
                {
                    command = commands.Pop();
                }

                await command.ExecuteNonQueryAsync();
                Interlocked.Increment(ref count);
                lock (commands)
                {
                    commands.Push(command);
                }
            },
            callers,
            options);
        foreach (var command in commands)
        {
            await command.Connection!.DisposeAsync();
            await command.DisposeAsync();
        }

        var used = await stage.MeterAsync() - before;
        await stage.DropAsync(schema);
        return PostgresLoop.Of(loop, used, count);
    }

    /// <summary>Executions from submission to result, on a new thread each.</summary>
    public static async Task<PostgresLoop> ExecutionsAsync(BenchmarkOptions options, PostgresStage stage, int callers)
    {
        var schema = await stage.NewOptionsAsync();
        var request = ThroughputRun.Request();
        var (before, count) = (await stage.MeterAsync(), 0L);
        ClosedLoop loop;
        await using (var engine = await LoadEngine.OnPostgresAsync(schema, 2 * callers))
        {
            loop = await ClosedLoop.MeasureAsync(
                async () =>
                {
                    await engine.ExecuteAsync(request);
                    Interlocked.Increment(ref count);
                },
                callers,
                options);
        }

        var used = await stage.MeterAsync() - before;
        await stage.DropAsync(schema);
        return PostgresLoop.Of(loop, used, count);
    }

    private static void Add(Table table, string what, int callers, PostgresLoop measured)
    {
        var (loop, commits, wal) = measured;
        table.Add(what, (long)callers, loop.Median, loop.Min, loop.Max, loop.P50, loop.P99, loop.ProcessMs, loop.MachineMs, commits, wal);
    }
}
