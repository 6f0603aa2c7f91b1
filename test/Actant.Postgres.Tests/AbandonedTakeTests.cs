using Actant.Testing;
using Actant.Testing.Storage;
using Npgsql;

namespace Actant.Postgres.Tests;

/// <summary>Whoever asks for work and goes away leaves nothing leased that nobody runs.</summary>
public sealed class AbandonedTakeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task TakeAsync_CallerGoesWhileItIsCommitted_ThreadIsReadyAgain()
    {
        var options = cluster.NewOptions();
        var clock = new ManualTimeProvider();
        await using var f = new StoreFixture(
            await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(series: 1), default), clock);
        var session = await f.OpenAsync();
        await f.AcceptAsync("t");
        await using var locker = new NpgsqlConnection(cluster.ConnectionString);
        await locker.OpenAsync();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {options.Schema}.journal IN ACCESS EXCLUSIVE MODE", locker, transaction))
            await command.ExecuteNonQueryAsync();

        // The take holds the thread's row and waits for the journal.
        using var caller = new CancellationTokenSource();
        var take = f.Store.TakeAsync(f.TakeFor(session), caller.Token).AsTask();
        while (await cluster.AskAsync<long>($"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{options.Schema}.journal'::regclass") == 0)
            await Task.Yield();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => take);
        await transaction.CommitAsync();

        var taken = await f.TakeAsync(session);
        while (taken.Count == 0)
            taken = await f.TakeAsync(session);
        Assert.Equal("t", Assert.Single(taken).Thread.Thread);
    }
}
