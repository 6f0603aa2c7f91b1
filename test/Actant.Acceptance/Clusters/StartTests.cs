using System.Net;
using System.Text.Json;
using Actant.Testing;
using Actant.Testing.Postgres;
using Npgsql;

namespace Actant.Acceptance.Clusters;

/// <summary>A node that starts while its database is away.</summary>
[Trait("Row", "X1")]
public sealed class StartTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    [Fact]
    public async Task Serve_DatabaseIsAway_WaitsAliveAndNotReadyAndThenServes()
    {
        using var folder = new TemporaryFolder();
        await database.StopAsync();
        await using var node = ActantProcess.Begin(FreePort.Find(), folder.Path, Shared(database.ConnectionString));

        Assert.Equal("healthy", JsonElement.Parse(await node.AnswersAsync("/health", HttpStatusCode.OK)).GetProperty("status").GetString());
        Assert.Equal("not_ready", JsonElement.Parse(await node.AnswersAsync("/ready", HttpStatusCode.ServiceUnavailable)).GetProperty("status").GetString());
        Assert.Equal(
            "store_unavailable",
            JsonElement.Parse(await node.AnswersAsync("/api/v1/agents", HttpStatusCode.ServiceUnavailable)).GetProperty("code").GetString());

        await database.StartAsync();
        await node.AnswersAsync("/ready", HttpStatusCode.OK);
        await node.AnswersAsync("/api/v1/agents", HttpStatusCode.OK);

        Assert.Equal(0, await node.StopAsync());
        Assert.Contains(node.Log, static line => line.Contains("The store cannot be used", StringComparison.Ordinal));
        Assert.Contains(node.Log, static line => line.Contains("The store can be used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_DatabaseIsUnknown_Ends()
    {
        using var folder = new TemporaryFolder();
        var unknown = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "nobody-made-it" }.ConnectionString;

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], Shared(unknown));

        Assert.Equal(1, code);
        Assert.Contains("nobody-made-it", error, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] Shared(string connection) =>
        [("ACTANT__POSTGRES__CONNECTIONSTRING", connection), ("ACTANT__POSTGRES__SCHEMA", "starts"), ("ACTANT_SECRETS_KEY", Convert.ToBase64String(new byte[32]))];
}
