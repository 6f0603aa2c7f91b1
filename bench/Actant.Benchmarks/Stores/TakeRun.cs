using System.Diagnostics;
using System.Globalization;
using Actant.Benchmarks.Reports;
using Actant.Postgres;
using Actant.Storage;
using Npgsql;

namespace Actant.Benchmarks.Stores;

/// <summary>Nodes that empty a backlog on PostgreSQL, take by take, as fast as they can: what a take costs, and how often nodes meet.</summary>
internal static class TakeRun
{
    private const int Submitters = 32;
    private const int PerCall = 500;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        if (options.Postgres is not { } connection)
        {
            await Console.Error.WriteLineAsync("take: left out, because no --postgres says which database to use.");
            return;
        }

        var threads = options.Quick ? 2_000 : 20_000;
        var table = new Table("take", "tenants with work", "nodes", "threads per second", "takes", "p50 ms", "p99 ms", "takes that met others, %");
        foreach (var tenants in (int[])[1, 2, options.Quick ? 1_000 : 10_000])
        {
            foreach (var nodes in (int[])[1, 2, 4])
            {
                await MeasureAsync(connection, table, tenants, nodes, threads);
            }
        }

        report.Add(table);
        var capped = new Table("capped", "beside the tenant that is taken from", "threads per second", "takes", "p50 ms", "p99 ms");
        foreach (var (what, tenants) in (IEnumerable<(string, int)>)[("nobody", 0), ("one at its cap, with a backlog", 1), ("1,000 at their caps", 1000)])
        {
            await BesideCappedAsync(connection, capped, what, tenants, threads);
        }

        report.Add(capped);
    }

    /// <summary>One node that empties a tenant's backlog beside tenants of which nothing may be taken.</summary>
    private static async Task BesideCappedAsync(string connection, Table table, string what, int tenants, int threads)
    {
        var options = NewOptions(connection);
        try
        {
            await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, CancellationToken.None);
            for (var tenant = 0; tenant < tenants; tenant++)
            {
                await store.For(new TenantId($"t{tenant}")).SetShareAsync(new TenantShare(MaxRunning: 0), CancellationToken.None);
            }

            await FillAsync(store, tenants, threads);
            await FillAsync(store, 1, threads / 4, "other");
            var takes = new Takes();
            await takes.RunAsync(store, threads / 4);
            table.Add([what, .. takes.Cells()]);
        }
        finally
        {
            await DropAsync(connection, options.Schema);
        }
    }

    private static async Task MeasureAsync(string connection, Table table, int tenants, int nodes, int threads)
    {
        var options = NewOptions(connection);
        var stores = new List<PostgresStore>();
        try
        {
            for (var node = 0; node < nodes; node++)
            {
                stores.Add(await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, CancellationToken.None));
            }

            await FillAsync(stores[0], tenants, threads);
            var takes = new Takes();
            await Task.WhenAll(stores.Select(store => Task.Run(() => takes.RunAsync(store, threads))));
            table.Add([(long)tenants, (long)nodes, .. takes.Cells(), takes.MetOthers]);
        }
        finally
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }

            await DropAsync(connection, options.Schema);
        }
    }

    private static PostgresStoreOptions NewOptions(string connection) => new()
    {
        ConnectionString = connection,
        Schema = string.Create(CultureInfo.InvariantCulture, $"take_{Stopwatch.GetTimestamp()}"),
    };

    private static async Task DropAsync(string connection, string schema)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var drop = source.CreateCommand($"DROP SCHEMA IF EXISTS {schema} CASCADE");
        await drop.ExecuteNonQueryAsync();
    }

    private static Task FillAsync(PostgresStore store, int tenants, int threads, string name = "t")
    {
        var definition = BlobHash.Of("definition"u8);
        var calls = Enumerable.Range(0, tenants).SelectMany(tenant => Enumerable.Range(0, threads / tenants).Chunk(PerCall).Select(part => (tenant, part)));
        return Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = Submitters }, async (call, token) =>
            await store.For(new TenantId($"{name}{call.tenant}")).SubmitAsync(
                [.. call.part.Select(i => new Submission
                {
                    Id = new ExecutionId(IdGenerator.System.Next()),
                    Thread = $"thread {i}",
                    Agent = "agent",
                    Definition = definition,
                    Input = new byte[100],
                })],
                token));
    }
}
