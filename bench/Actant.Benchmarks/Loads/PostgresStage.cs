using System.Globalization;
using Actant.Postgres;
using Actant.Testing.Postgres;
using Npgsql;

namespace Actant.Benchmarks.Loads;

/// <summary>A PostgreSQL for a run, of its own unless one was named, with a new schema for each row.</summary>
internal sealed class PostgresStage : IAsyncDisposable
{
    // Those of a server that has its machine to itself, and a row whose checkpoints come before it. Commits are synced: the default.
    private const string Settings = "-c shared_buffers=1GB -c max_wal_size=8GB -c checkpoint_timeout=30min";

    private readonly PostgresCluster? _cluster;
    private int _schemas;

    private PostgresStage(PostgresCluster? cluster, string connection)
    {
        _cluster = cluster;
        Connection = connection;
    }

    public string Connection { get; }

    public static async Task<PostgresStage> OpenAsync(BenchmarkOptions options)
    {
        if (options.Postgres is { } named)
        {
            return new PostgresStage(null, named);
        }

        var cluster = await PostgresCluster.RunAsync(options.Data, Settings);
        return new PostgresStage(cluster, cluster.ConnectionString);
    }

    /// <summary>Options with a schema that nobody has used, after a checkpoint: what was written before is not written during the row.</summary>
    public async Task<PostgresStoreOptions> NewOptionsAsync()
    {
        var options = new PostgresStoreOptions { ConnectionString = Connection, Schema = string.Create(CultureInfo.InvariantCulture, $"bench{++_schemas}") };
        await RunAsync($"DROP SCHEMA IF EXISTS {options.Schema} CASCADE");
        await RunAsync("CHECKPOINT");
        return options;
    }

    /// <summary>Removes what a row has left.</summary>
    public Task DropAsync(PostgresStoreOptions options) => RunAsync($"DROP SCHEMA {options.Schema} CASCADE");

    /// <summary>What was written and committed so far. The commits of a connection are sure to be counted once it is closed.</summary>
    public async Task<PostgresMeter> MeterAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint, (SELECT sum(xact_commit)::bigint FROM pg_stat_database)
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new PostgresMeter(reader.GetInt64(0), reader.GetInt64(1));
    }

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
