using System.Security.Cryptography;
using System.Text;
using Actant.DurableStores;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

/// <summary>What an earlier release has made stays what it is, opens and goes on.</summary>
public sealed class UpgradeTests
{
    /// <summary>The last script of the first release.</summary>
    private const int Released = 3;

    private static string Golden { get; } = RepositoryFolder.Find("test", "Actant.Sqlite.Tests", "Golden", "schema-3.sql");

    [Fact]
    public async Task Open_RowsOfTheFirstRelease_AllIsThereAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        using (var connection = Open(folder))
        {
            connection.Execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT");
            foreach (var migration in Migration.Of(typeof(SqliteStore).Assembly).Where(migration => migration.Version <= Released))
            {
                connection.Execute(migration.Script);
                connection.Execute($"INSERT INTO schema_version (version) VALUES ({migration.Version})");
            }

            connection.Execute(await ReadGoldenAsync());
        }

        var clock = EarlierRelease.NewClock();
        await using var store = await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(series: 9), default);

        await EarlierRelease.CheckAsync(store, clock);
    }

    [Fact]
    public void Scripts_OfTheFirstRelease_NeverChange()
    {
        var scripts = string.Concat(Migration.Of(typeof(SqliteStore).Assembly).Where(migration => migration.Version <= Released).Select(migration => migration.Script));

        Assert.Equal("08b9070df3365abbfa45e7d5b86d6a4c7e32ab10947586f2a11fa475fed1234d", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scripts))));
    }

    private static Connection Open(TemporaryFolder folder)
    {
        SQLitePCL.Batteries_V2.Init();
        return Connection.Open(Path.Combine(folder.Path, "actant.db"), SqliteSynchronous.Normal, readOnly: false);
    }

    private static async Task<string> ReadGoldenAsync()
    {
        if (!File.Exists(Golden) && Environment.GetEnvironmentVariable("ACTANT_GOLDEN") == "add")
        {
            using var folder = new TemporaryFolder();
            await using (var store = await SqliteStore.OpenAsync(folder.Options, TimeProvider.System, IdGenerator.System, default))
            {
                await EarlierRelease.FillAsync(store);
            }

            using var connection = Open(folder);
            await File.WriteAllTextAsync(Golden, Dump(connection));
        }

        return await File.ReadAllTextAsync(Golden);
    }

    /// <summary>All rows as statements that make them.</summary>
    private static string Dump(Connection connection)
    {
        var text = new StringBuilder("DELETE FROM store;\n");
        foreach (var table in Ask(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_version'"))
        {
            var columns = Ask(connection, $"SELECT name FROM pragma_table_info('{table}')");
            var values = string.Join(" || ', ' || ", columns.Select(column => $"quote(\"{column}\")"));
            foreach (var row in Ask(connection, $"SELECT {values} FROM \"{table}\""))
            {
                text.Append($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({row});\n");
            }
        }

        return text.ToString();
    }

    private static List<string> Ask(Connection connection, string sql)
    {
        using var query = connection.Use(sql);
        var answers = new List<string>();
        while (query.Step())
        {
            answers.Add(query.Text(0));
        }

        return answers;
    }
}
