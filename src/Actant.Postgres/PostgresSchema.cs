using Npgsql;

namespace Actant.Postgres;

/// <summary>The tables of a store, brought up to date by the numbered scripts that this release carries.</summary>
public static class PostgresSchema
{
    // Any number will do, as long as nobody else locks it.
    private const long MigrationLock = 0x416374616e74;

    /// <summary>The version that this release writes and needs.</summary>
    public static int NewestVersion { get; } = Migration.All()[^1].Version;

    /// <summary>
    /// Brings a database to the newest version, in one transaction under a lock: of many processes that start at once one does it
    /// and the others wait. A store does this by itself when it is opened.
    /// </summary>
    /// <returns>The version before; 0 for an empty database.</returns>
    /// <exception cref="InvalidOperationException">The database was written by a newer release.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The database does not answer.</exception>
    public static async Task<int> MigrateAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        await using var source = Database.BuildSource(options);
        try
        {
            return await MigrateAsync(source, options.Schema, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFault.ForCaller(exception);
        }
    }

    internal static async Task<int> MigrateAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await VersionAsync(connection, schema, cancellationToken) == NewestVersion)
            return NewestVersion;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        await ExecuteAsync(
            connection,
            $"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE IF NOT EXISTS {schema}.schema_version (version integer PRIMARY KEY)",
            cancellationToken);
        var current = await VersionAsync(connection, schema, cancellationToken);
        if (current > NewestVersion)
        {
            throw new InvalidOperationException(
                $"The database has schema version {current}, this release knows {NewestVersion}: start the newer release.");
        }

        foreach (var migration in Migration.All().Where(migration => migration.Version > current))
        {
            await ExecuteAsync(connection, migration.Script, cancellationToken);
            await ExecuteAsync(connection, $"INSERT INTO schema_version (version) VALUES ({migration.Version})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return current;
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{schema}.schema_version') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            return 0;
        await using var version = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {schema}.schema_version", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
