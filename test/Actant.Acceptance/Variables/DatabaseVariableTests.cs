using Actant.Testing.Postgres;
using Npgsql;

namespace Actant.Acceptance.Variables;

/// <summary>The variables of the database, against one that looks at each of them.</summary>
[Trait("Row", "O8")]
public sealed class DatabaseVariableTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private const string Password = "p; 'w=1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PG_HOST")]
    [InlineData("DB_HOST")]
    public async Task Variables_OfTheDatabase_AreHowTheServerConnects(string host)
    {
        var name = $"agents_{host[..2]}".ToLowerInvariant();
        var address = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await ExecuteAsync(source, $"CREATE ROLE {name} LOGIN PASSWORD '{Password.Replace("'", "''", StringComparison.Ordinal)}'");
        await ExecuteAsync(source, $"CREATE DATABASE {name} OWNER {name}");
        await DemandPasswordAsync(source, name);
        using var folder = new TemporaryFolder();
        (string, string)[] environment =
        [
            (host, address.Host!), ("PG_PORT", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("PG_USER", name), ("PG_DATABASE", name),
            ("ACTANT_SECRETS_KEY", Convert.ToBase64String(new byte[32])),
        ];

        var (code, _, error) = await ActantProcess.RunAsync(["migrate"], [.. environment, ("PG_PASSWORD", "wrong")]);
        Assert.True(code != 0 && error.Contains("password", StringComparison.OrdinalIgnoreCase), error);
        await using var server = await ActantProcess.ServeAsync(folder.Path, [.. environment, ("PG_PASSWORD", Password)]);

        await using var command = source.CreateCommand($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{name}' AND datname = '{name}'");
        Assert.InRange((long)(await command.ExecuteScalarAsync(Token))!, 1, 100);
    }

    /// <summary>By itself a cluster of tests believes everybody.</summary>
    private static async Task DemandPasswordAsync(NpgsqlDataSource source, string user)
    {
        await using var command = source.CreateCommand("SHOW hba_file");
        var file = (string)(await command.ExecuteScalarAsync(Token))!;
        await File.WriteAllTextAsync(file, $"host all {user} 127.0.0.1/32 scram-sha-256\n{await File.ReadAllTextAsync(file, Token)}", Token);
        await ExecuteAsync(source, "SELECT pg_reload_conf()");
        await using var rules = source.CreateCommand("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL");
        Assert.Equal(0L, await rules.ExecuteScalarAsync(Token));
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
