using System.Collections.Concurrent;
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
    private const int Batch = 100;
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
    }

    private static async Task MeasureAsync(string connection, Table table, int tenants, int nodes, int threads)
    {
        var options = new PostgresStoreOptions
        {
            ConnectionString = connection,
            Schema = string.Create(CultureInfo.InvariantCulture, $"take_{Stopwatch.GetTimestamp()}"),
        };
        var stores = new List<PostgresStore>();
        try
        {
            for (var node = 0; node < nodes; node++)
            {
                stores.Add(await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, CancellationToken.None));
            }

            await FillAsync(stores[0], tenants, threads);
            var (taken, contended, times) = (0, 0, new ConcurrentBag<double>());
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(stores.Select(store => Task.Run(async () =>
            {
                var session = await store.OpenSessionAsync(new OpenSession("bench", TimeSpan.FromHours(1)), CancellationToken.None);
                var request = new TakeRequest { Session = session.Id, Max = Batch, Format = 1, TakenBody = new byte[32] };
                while (Volatile.Read(ref taken) < threads)
                {
                    var before = Stopwatch.GetTimestamp();
                    var result = await store.TakeAsync(request, CancellationToken.None);
                    times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                    Interlocked.Add(ref taken, result.Threads.Count);
                    if (result.Threads.Count == 0)
                    {
                        Interlocked.Add(ref contended, result.IsContended ? 1 : 0);
                        await Task.Delay(TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * 4)));
                    }
                }
            })));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var sorted = times.Order().ToArray();
            table.Add(
                (long)tenants, (long)nodes, threads / seconds, (long)sorted.Length, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100],
                100.0 * contended / sorted.Length);
        }
        finally
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }

            await using var source = NpgsqlDataSource.Create(connection);
            await using var drop = source.CreateCommand($"DROP SCHEMA IF EXISTS {options.Schema} CASCADE");
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static Task FillAsync(PostgresStore store, int tenants, int threads)
    {
        var definition = BlobHash.Of("definition"u8);
        var calls = Enumerable.Range(0, tenants).SelectMany(tenant => Enumerable.Range(0, threads / tenants).Chunk(PerCall).Select(part => (tenant, part)));
        return Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = Submitters }, async (call, token) =>
            await store.For(new TenantId($"t{call.tenant}")).SubmitAsync(
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
