using Npgsql;

namespace Actant.Postgres.Tests;

public sealed class ConnectionCountTests(PostgresCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "X1")]
    public async Task Open_ManyReadAtOnce_HasTheConnectionsThatTheDocsSay()
    {
        var options = cluster.NewOptions();
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString) { ApplicationName = "counted" };
        connection.Remove("Maximum Pool Size");
        options = options with { ConnectionString = connection.ConnectionString };
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, Token);
        await store.FindHolderAsync(new ThreadKey(TenantId.Default, "t"), Token);
        await using var blocker = new NpgsqlConnection(options.ConnectionString.Replace("counted", "blocker", StringComparison.Ordinal));
        await blocker.OpenAsync(Token);
        var blocking = await blocker.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand($"LOCK TABLE {options.Schema}.threads IN ACCESS EXCLUSIVE MODE", blocker, blocking))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        // Each of them waits on a connection of its own, where there is one.
        var reads = Enumerable.Range(0, 100).Select(_ => store.FindHolderAsync(new ThreadKey(TenantId.Default, "t"), Token).AsTask()).ToList();
        while (await CountAsync() < options.Connections)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        Assert.Equal((20, 20), (options.Connections, await CountAsync()));
        await blocking.RollbackAsync(Token);
        Assert.All(await Task.WhenAll(reads), Assert.Null);
        Assert.InRange(await CountAsync(), 1, options.Connections);
    }

    [Theory]
    [InlineData("", 7)]
    [InlineData("Maximum Pool Size=3", 20)]
    public void Check_TooFewConnections_IsRefused(string more, int connections) =>
        Assert.ThrowsAny<ArgumentException>(() => PostgresStoreOptions.Check(new PostgresStoreOptions { ConnectionString = $"Host=db;{more}", Connections = connections }));

    private async Task<int> CountAsync() => (int)await cluster.AskAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'");
}
