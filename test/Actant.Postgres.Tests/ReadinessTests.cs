using Actant.Storage;
using Actant.Testing;
using Npgsql;

namespace Actant.Postgres.Tests;

/// <summary>What a look at the store says when the database's disk is full or nothing may be written.</summary>
[Trait("Row", "O1")]
public sealed class ReadinessTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Ping_DatabaseIsReadOnly_SaysHowToMendIt()
    {
        var options = cluster.NewOptions();
        await using (await OpenAsync(options))
        {
        }

        await using var store = await OpenAsync(options with
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Options = "-c default_transaction_read_only=on" }.ConnectionString,
        });

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.PingAsync(default));
        Assert.Contains("read-only", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_DiskIsFull_SaysHowToMendItUntilThereIsRoom()
    {
        using var disk = SmallDisk.TryMount(160);
        Assert.SkipWhen(disk is null, "Only root may mount a small disk.");
        await using var own = await PostgresCluster.RunAsync(disk.Path, "-c max_wal_size=32MB -c min_wal_size=32MB");
        await using var store = await OpenAsync(own.NewOptions());
        await store.PingAsync(default);

        disk.Fill();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            // Pages that are there already are used up first.
            for (var i = 0; i < 100; i++)
                await store.PingAsync(default);
        });

        Assert.Contains("full", refused.Remedy, StringComparison.Ordinal);
        Assert.True(refused.IsFull);
        disk.Empty();
        await store.PingAsync(default);
    }

    private static Task<PostgresStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default);
}
