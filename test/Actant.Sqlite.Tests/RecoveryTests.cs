using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

public sealed class RecoveryTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Open_AfterAProcessThatHeldThreads_FreesThemAndCountsACrash()
    {
        using var folder = new TemporaryFolder();
        TakenThread lost;
        var delivery = new OutboxRow(Guid.Empty, "to", default);
        await using (var before = await OpenAsync(folder))
        {
            lost = await before.StartAsync(await before.OpenAsync(), "t");
            await before.StoreAsync(before.Append(lost) with { Outbox = [delivery] });
        }

        await using var f = await OpenAsync(folder);
        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lost, after: 1))).Outcome);
        var session = await f.OpenAsync();
        var lease = await f.TakeOneAsync(session);

        Assert.Equal((1, 2, lost.Current!.Id), (lease.Crashes, lease.Epoch, lease.Current!.Id));
        Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 9), default));
    }

    [Fact]
    public async Task Open_FolderInUse_NamesIt()
    {
        using var folder = new TemporaryFolder();
        await using var owner = await OpenAsync(folder);

        var refused = await Assert.ThrowsAsync<DataFolderInUseException>(() => OpenAsync(folder));

        Assert.Equal(folder.Path, refused.Folder);
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        await owner.Store.PingAsync(default);
    }

    [Fact]
    public async Task Open_ThreadHalfDeleted_RemovesTheRest()
    {
        using var folder = new TemporaryFolder();
        var submission = default(Submission);
        await using (var before = await OpenAsync(folder))
        {
            submission = before.Submission("t", "key");
            await before.SubmitAsync(submission);
            await ((SqliteStore)before.Store).WriteAsync(0, scope => Removal.Begin(scope, StoreFixture.Key("t")), default);
            Assert.Null(await before.Tenant.FindExecutionAsync("key", default));
            Assert.Equal(SubmitOutcome.Accepted, (await before.SubmitAsync(submission)).Outcome);
            await ((SqliteStore)before.Store).WriteAsync(0, scope => Removal.Begin(scope, StoreFixture.Key("t")), default);
        }

        await using (await OpenAsync(folder))
        {
        }

        await using var f = await OpenAsync(folder);
        foreach (var table in (string[])["threads", "executions", "inbox"])
            Assert.Equal(0, await CountAsync((SqliteStore)f.Store, table));
        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(submission)).Outcome);
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await OpenAsync(folder))
        {
            await ((SqliteStore)before.Store).DoAsync(
                0, scope => scope.Connection.Execute("INSERT INTO schema_version (version) VALUES (9999)"), default);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(folder));
        await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(folder));
    }

    [Fact]
    public async Task Delete_Thread_LeavesNoRows()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of("b"u8), StoreFixture.Bytes("b"), default);
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(1, 1, default), default);
        await f.StoreAsync(f.Append(lease) with { Outbox = [new OutboxRow(f.NextId(), "to", default)] });

        Assert.True(await f.Tenant.DeleteThreadAsync("t", default));

        foreach (var table in (string[])["threads", "journal", "executions", "inbox", "outbox", "blobs", "snapshots"])
            Assert.Equal(0, await CountAsync((SqliteStore)f.Store, table));
    }

    private static async Task<long> CountAsync(SqliteStore store, string table) => await store.WriteAsync(
        0,
        scope =>
        {
            using var query = scope.Connection.Use($"SELECT count(*) FROM {table}");
            query.Step();
            return query.Long(0);
        },
        default);

    private async Task<StoreFixture> OpenAsync(TemporaryFolder folder) =>
        new(await SqliteStore.OpenAsync(folder.Options, _clock, new SequentialIdGenerator(), default), _clock);
}
