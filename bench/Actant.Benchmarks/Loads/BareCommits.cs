using Actant.Benchmarks.Reports;
using Actant.Sqlite;

namespace Actant.Benchmarks.Loads;

/// <summary>Transactions of one row of 1 KiB with <c>synchronous=FULL</c>, by the same library on the same disk: the floor below every execution.</summary>
internal static class BareCommits
{
    private const string Insert = "INSERT INTO bare (body) VALUES (?)";
    private const string Create = "CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT";
    private static readonly byte[] s_body = new byte[1024];

    /// <summary>Measures three ways; answers with the first: a thread that commits one row after the other.</summary>
    public static async Task<ClosedLoop> RunAsync(BenchmarkOptions options, Table table)
    {
        var alone = await OnConnectionAsync(options);
        ThroughputRun.Add(table, "bare commit of one row", 1, alone, 1);
        foreach (var callers in new[] { 1, 64 })
        {
            ThroughputRun.Add(table, "row through the group commit", callers, await ThroughWriterAsync(options, callers), double.NaN);
        }

        return alone;
    }

    /// <summary>Commits one row.</summary>
    public static void Commit(Connection connection)
    {
        connection.Use("BEGIN IMMEDIATE").RunOnce();
        using (var insert = connection.Use(Insert))
        {
            insert.Bind(s_body.AsSpan()).Run();
        }

        connection.Use("COMMIT").RunOnce();
    }

    /// <summary>A database with nothing but the table of these rows.</summary>
    public static Connection Open(string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = Connection.Open(Path.Combine(folder, "bare.db"), SqliteSynchronous.Full, readOnly: false);
        connection.Execute(Create);
        return connection;
    }

    private static async Task<ClosedLoop> OnConnectionAsync(BenchmarkOptions options)
    {
        var folder = LoadEngine.TemporaryFolder(options);
        try
        {
            using var connection = Open(folder);
            return await ClosedLoop.MeasureAsync(
                () =>
                {
                    Commit(connection);
                    return Task.CompletedTask;
                },
                1,
                options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ClosedLoop> ThroughWriterAsync(BenchmarkOptions options, int callers)
    {
        var folder = LoadEngine.TemporaryFolder(options);
        try
        {
            await using var store = await LoadEngine.OpenAsync(folder);
            await store.DoAsync(0, scope => scope.Connection.Execute(Create), CancellationToken.None);
            return await ClosedLoop.MeasureAsync(
                () => store.DoAsync(
                    s_body.Length,
                    scope =>
                    {
                        using var insert = scope.Connection.Use(Insert);
                        insert.Bind(s_body.AsSpan()).Run();
                    },
                    CancellationToken.None).AsTask(),
                callers,
                options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
