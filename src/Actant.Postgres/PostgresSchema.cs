using Actant.DurableStores;
using Npgsql;

namespace Actant.Postgres;

/// <summary>The tables of a store, brought up to date by the numbered scripts that this release carries, and its functions.</summary>
public static class PostgresSchema
{
    // Any number will do, as long as nobody else locks it.
    private const long MigrationLock = 0x416374616e74;

    // This release's functions and those of the one before, whose nodes may still run.
    private const int KeptFunctionSets = 2;

    // A script only adds, and a column that it adds may be null or has a default: nodes of the release before go on writing the same rows.
    // Functions are a FunctionSet; those that scripts 1 to 10 made stay for the release that calls them.
    private static readonly IReadOnlyList<Migration> _migrations = Migration.Of(typeof(PostgresSchema).Assembly);

    /// <summary>The version that this release writes and needs.</summary>
    public static int NewestVersion => _migrations[^1].Version;

    /// <summary>
    /// Brings a database to the newest version, in one transaction under a lock: of many processes that start at once one does it
    /// and the others wait. A store does this by itself when it is opened.
    /// </summary>
    /// <returns>The version before; 0 for an empty database.</returns>
    /// <exception cref="InvalidOperationException">The database was written by a newer release.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The database does not answer.</exception>
    public static async Task<int> MigrateAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        await using var pools = new UserPools(options);
        try
        {
            return await MigrateAsync(pools.Current, options.Schema, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFault.ForCaller(exception);
        }
    }

    internal static async Task<int> MigrateAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await VersionAsync(connection, schema, cancellationToken) == NewestVersion && await HasFunctionsAsync(connection, schema, cancellationToken))
            return NewestVersion;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", cancellationToken);

        // Without the schema of functions: what a numbered script makes belongs to the tables.
        await ExecuteAsync(
            connection,
            $"""
            CREATE SCHEMA IF NOT EXISTS {schema};
            CREATE TABLE IF NOT EXISTS {schema}.schema_version (version integer PRIMARY KEY);
            CREATE TABLE IF NOT EXISTS {schema}.function_sets (
              number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              name text NOT NULL UNIQUE);
            SET LOCAL search_path TO {schema}
            """,
            cancellationToken);
        var current = await VersionAsync(connection, schema, cancellationToken);
        foreach (var migration in Migration.Behind(_migrations, current))
        {
            await ExecuteAsync(connection, migration.Script, cancellationToken);
            await ExecuteAsync(connection, $"INSERT INTO schema_version (version) VALUES ({migration.Version})", cancellationToken);
        }

        if (!await HasFunctionsAsync(connection, schema, cancellationToken))
            await MakeFunctionsAsync(connection, schema, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return current;
    }

    private static async Task MakeFunctionsAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        // Half of it may be there: whoever drops the tables takes the functions along that name them. What a function may do is
        // what its caller may: everybody may call.
        var own = FunctionSet.SchemaFor(schema);
        await ExecuteAsync(
            connection,
            $"""
            DROP SCHEMA IF EXISTS {own} CASCADE;
            CREATE SCHEMA {own};
            GRANT USAGE ON SCHEMA {own} TO PUBLIC;
            SET LOCAL search_path TO {own}, {schema};
            {FunctionSet.Script}
            DELETE FROM {schema}.function_sets WHERE name = '{own}';
            INSERT INTO {schema}.function_sets (name) VALUES ('{own}');
            """,
            cancellationToken);
        await using var old = new NpgsqlCommand(
            $"""
            DELETE FROM {schema}.function_sets WHERE name IN
              (SELECT name FROM {schema}.function_sets ORDER BY number DESC OFFSET {KeptFunctionSets}) RETURNING name
            """,
            connection);
        var names = new List<string>();
        await using (var rows = await old.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
                names.Add(rows.GetString(0));
        }

        foreach (var name in names)
            await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS \"{name}\" CASCADE", cancellationToken);
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{schema}.schema_version') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            return 0;
        await using var version = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {schema}.schema_version", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether this release's functions are there. A backup of the tables' schema alone knows of them without having them.</summary>
    private static async Task<bool> HasFunctionsAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var own = FunctionSet.SchemaFor(schema);
        await using var exists = new NpgsqlCommand(
            $"SELECT to_regclass('{schema}.function_sets') IS NOT NULL AND to_regnamespace('{own}') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            return false;
        await using var recorded = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {schema}.function_sets WHERE name = '{own}')", connection);
        return (bool)(await recorded.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
