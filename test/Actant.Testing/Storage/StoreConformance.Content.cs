using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Snapshot_OnlyTheNewest_IsKept()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        var key = StoreFixture.Key("t");
        await f.Store.WriteSnapshotAsync(key, new StoredSnapshot(10, 1, StoreFixture.Bytes("ten")), default);
        await f.Store.WriteSnapshotAsync(key, new StoredSnapshot(5, 1, StoreFixture.Bytes("five")), default);
        await f.Store.WriteSnapshotAsync(StoreFixture.Key("none"), new StoredSnapshot(5, 1, StoreFixture.Bytes("five")), default);

        var read = await f.Store.ReadSnapshotAsync(key, 10, default);

        Assert.Equal((10, 1, "ten"), (read!.Position, read.FoldVersion, System.Text.Encoding.UTF8.GetString(read.Content.Span)));
        Assert.Null(await f.Store.ReadSnapshotAsync(key, 9, default));
        Assert.Null(await f.Store.ReadSnapshotAsync(StoreFixture.Key("none"), 100, default));
        await f.Store.WriteSnapshotAsync(key, new StoredSnapshot(20, 2, StoreFixture.Bytes("")), default);
        Assert.Equal(20, (await f.Store.ReadSnapshotAsync(key, 100, default))!.Position);
    }

    [Fact]
    public async Task Blob_Written_BelongsToItsThread()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        await f.AcceptAsync("u");
        byte[] content = [0, 255, 0, 1];
        var hash = BlobHash.Of(content);
        await f.Store.WriteBlobAsync(StoreFixture.Key("t"), hash, content, default);
        await f.Store.WriteBlobAsync(StoreFixture.Key("t"), hash, content, default);
        await f.Store.WriteBlobAsync(StoreFixture.Key("none"), hash, content, default);

        Assert.Equal(content, await f.Tenant.ReadBlobAsync("t", hash, default));
        Assert.Equal(4, (await f.Tenant.GetThreadAsync("t", default))!.Bytes);
        Assert.Null(await f.Tenant.ReadBlobAsync("u", hash, default));
        Assert.Null(await f.Tenant.ReadBlobAsync("none", hash, default));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await f.Store.WriteBlobAsync(StoreFixture.Key("t"), new BlobHash("../x"), content, default));
    }

    [Fact]
    public async Task Definition_Written_IsReadBackByItsTenantOnly()
    {
        await using var f = await FixtureAsync();
        var hash = BlobHash.Of("d"u8);
        await f.Tenant.WriteDefinitionAsync(hash, StoreFixture.Bytes("d"), default);
        await f.Tenant.WriteDefinitionAsync(hash, StoreFixture.Bytes("d"), default);

        var read = await f.Tenant.ReadDefinitionAsync(hash, default);
        read![0] = 0;

        Assert.Equal("d"u8.ToArray(), await f.Tenant.ReadDefinitionAsync(hash, default));
        Assert.Null(await f.Store.For(new TenantId("other")).ReadDefinitionAsync(hash, default));
        Assert.Null(await f.Tenant.ReadDefinitionAsync(BlobHash.Of("e"u8), default));
    }

    [Fact]
    public async Task Delete_LeasedThread_TakesEverythingOfIt()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var submission = f.Submission("t", "key") with { LeaseTo = f.TakeFor(session) };
        var lease = (await f.SubmitAsync(submission)).Lease!;
        var hash = BlobHash.Of("blob"u8);
        await f.Store.WriteBlobAsync(lease.Thread, hash, StoreFixture.Bytes("blob"), default);
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(1, 1, default), default);
        await f.StoreAsync(f.Append(lease) with { Outbox = [new OutboxRow(f.NextId(), "to", default)] });
        await f.AcceptAsync("t");

        Assert.True(await f.Tenant.DeleteThreadAsync("t", default));

        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lease, after: 1))).Outcome);
        Assert.False(await f.Tenant.DeleteThreadAsync("t", default));
        Assert.Null(await f.Tenant.GetThreadAsync("t", default));
        Assert.Null(await f.Tenant.GetExecutionAsync(submission.Id, default));
        Assert.Null(await f.Tenant.FindExecutionAsync("key", default));
        Assert.Null(await f.Tenant.ReadBlobAsync("t", hash, default));
        Assert.Null(await f.Store.ReadSnapshotAsync(lease.Thread, 9, default));
        Assert.Empty(await f.ReadAsync("t"));
        Assert.Empty(await f.ReadInboxAsync(lease.Thread.Thread));
        Assert.Empty((await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), null, 10, default)).Items);
        Assert.Empty((await f.Tenant.ListThreadsAsync(null, 10, default)).Items);
        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default));
        Assert.Empty(await f.TakeAsync(session));
        Assert.False((await f.Store.RenewAsync(session, default))!.WorkIsReady);
        Assert.Equal(SignalOutcome.NotFound, (await f.SignalAsync("t", f.Signal(SignalKind.Stop, null))).Outcome);
    }

    [Fact]
    public async Task Delete_ThenTheSameNameAgain_NoOldEpochIsEverCurrent()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var submission = f.Submission("t", "key");
        await f.SubmitAsync(submission);
        var old = await f.TakeOneAsync(session);
        await f.Tenant.DeleteThreadAsync("t", default);

        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(submission)).Outcome);
        var lease = await f.TakeOneAsync(session);

        Assert.True(lease.Epoch > old.Epoch);
        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(old))).Outcome);
        await f.StoreAsync(f.Append(lease));
        Assert.Equal(2, (await f.ReadAsync("t")).Count);
    }

    [Fact]
    public async Task Delete_LargeThread_GoesInBatchesAndLeavesItsNeighbours()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var (before, large, after) = (await f.StartAsync(session, "before"), await f.StartAsync(session, "large"), await f.StartAsync(session, "after"));
        for (var i = 0; i < 3; i++)
            await f.StoreAsync(f.Append(large, after: i * 1000L) with { Entries = [.. Enumerable.Range(0, 1000).Select(_ => f.Entry())] });

        Assert.True(await f.Tenant.DeleteThreadAsync("large", default));

        await f.StoreAsync(f.Append(before));
        await f.StoreAsync(f.Append(after));
        Assert.Equal(2, (await f.ReadAsync("before")).Count);
        Assert.Equal(2, (await f.ReadAsync("after")).Count);
    }

    [Fact]
    public async Task Ping_OpenStore_Answers()
    {
        var f = await FixtureAsync();
        await f.Store.PingAsync(default);

        await f.DisposeAsync();
        await f.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await f.Store.PingAsync(default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await f.Tenant.GetThreadAsync("t", default));
    }
}
