using System.Security.Cryptography;
using System.Text;
using Actant.DurableStores;
using Actant.Testing;
using Actant.Testing.Storage;
using Npgsql;

namespace Actant.Postgres.Tests;

/// <summary>What an earlier release has made stays what it is, opens and goes on.</summary>
public sealed class UpgradeTests(PostgresCluster cluster)
{
    /// <summary>The last script of the first release.</summary>
    private const int Released = 10;

    private static string Golden { get; } = RepositoryFolder.Find("test", "Actant.Postgres.Tests", "Golden", "schema-10.sql");

    [Fact]
    public async Task Open_RowsOfTheFirstRelease_AllIsThereAndGoesOn()
    {
        var options = cluster.NewOptions();
        await MakeReleasedAsync(options.Schema);
        await ExecuteAsync(options.Schema, await ReadGoldenAsync());

        var clock = EarlierRelease.NewClock();
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(series: 9), default);

        await EarlierRelease.CheckAsync(store, clock);
        Assert.Equal(PostgresSchema.NewestVersion, await cluster.AskAsync<int>($"SELECT max(version) FROM {options.Schema}.schema_version"));
    }

    [Fact]
    public async Task Open_FunctionsOfAnEarlierRelease_StayForIt()
    {
        var options = cluster.NewOptions();
        await MakeReleasedAsync(options.Schema);

        await PostgresSchema.MigrateAsync(options, default);

        await ExecuteAsync(options.Schema, "SELECT actant_end_session(null, '00000000-0000-0000-0000-000000000001')");
        Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM pg_namespace WHERE nspname = '{FunctionSet.SchemaFor(options.Schema)}'"));
    }

    [Fact]
    public void Scripts_OfTheFirstRelease_NeverChange()
    {
        var scripts = string.Concat(Migration.Of(typeof(PostgresStore).Assembly).Where(migration => migration.Version <= Released).Select(migration => migration.Script));

        Assert.Equal("c3c672230f0cae4b412bc30ac2a918e0628af2a6308366cc67421790e4146d2e", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scripts))));
    }

    private async Task<string> ReadGoldenAsync()
    {
        if (!File.Exists(Golden) && Environment.GetEnvironmentVariable("ACTANT_GOLDEN") == "add")
        {
            var options = cluster.NewOptions();
            await using (var store = await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, default))
            {
                await EarlierRelease.FillAsync(store);
            }

            await File.WriteAllTextAsync(Golden, await DumpAsync(options.Schema));
        }

        return await File.ReadAllTextAsync(Golden);
    }

    private async Task MakeReleasedAsync(string schema)
    {
        await ExecuteAsync("public", $"CREATE SCHEMA {schema}; CREATE TABLE {schema}.schema_version (version integer PRIMARY KEY)");
        foreach (var migration in Migration.Of(typeof(PostgresStore).Assembly).Where(migration => migration.Version <= Released))
        {
            await ExecuteAsync(schema, migration.Script);
            await ExecuteAsync(schema, $"INSERT INTO schema_version (version) VALUES ({migration.Version})");
        }
    }

    /// <summary>All rows as statements that make them, and where the sequences stand.</summary>
    private async Task<string> DumpAsync(string schema)
    {
        var lines = new StringBuilder("TRUNCATE store;\n");
        foreach (var table in await cluster.AskAsync<string[]>(
            $"SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = '{schema}' AND tablename NOT IN ('schema_version', 'function_sets')"))
        {
            var columns = await cluster.AskAsync<string>(
                $"""
                SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
                  WHERE table_schema = '{schema}' AND table_name = '{table}' AND is_generated = 'NEVER'
                """);
            lines.Append(await cluster.AskAsync<string>(
                $"""
                SELECT coalesce(string_agg(format(E'INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM (SELECT (%L::{table}).*) r;\n', t::text), ''), '')
                  FROM {schema}.{table} t
                """));
        }

        lines.Append(await cluster.AskAsync<string>(
            $"""
            SELECT string_agg(format(E'SELECT setval(%L, %s);\n', sequencename, last_value), '' ORDER BY sequencename) FROM pg_sequences
              WHERE schemaname = '{schema}' AND last_value IS NOT NULL AND sequencename NOT LIKE 'function_sets%'
            """));
        return lines.ToString();
    }

    private async Task ExecuteAsync(string schema, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { SearchPath = schema }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
