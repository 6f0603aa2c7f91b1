using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

/// <summary>Who may use how much of the reserve of the disk, and that deletions find room whatever filled it.</summary>
[Trait("Row", "O1")]
public sealed class DiskRoomTests
{
    private const long Reserve = 100_000;

    [Fact]
    public void Room_ReserveIsReached_TakesNothingNewUntilThereIsMore()
    {
        var disk = (Free: 10_000L, Total: 100_000L);
        var room = new DiskRoom(() => disk, reserve: 4_000);

        room.Take(1_000);
        room.Take(1_000);
        disk.Free = 5_000;
        room.Take(1_000);
        var refused = Assert.Throws<StoreUnavailableException>(() => room.Take(1_000));
        disk.Free = 7_000;
        room.Take(1_000);

        Assert.True(refused.IsFull);
        Assert.Contains("nearly full", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_ReserveIsReached_HasHalfOfItForWhatRuns()
    {
        var disk = (Free: 3_000L, Total: 100_000L);
        var room = new DiskRoom(() => disk, reserve: 4_000);

        Assert.Throws<StoreUnavailableException>(() => room.Take(0));
        room.Take(100, DiskUse.Work);
        disk.Free = 2_100;
        Assert.True(Assert.Throws<StoreUnavailableException>(() => room.Take(500, DiskUse.Work)).IsFull);
    }

    [Theory]
    [InlineData(SignalKind.Decision)]
    [InlineData(SignalKind.StateUpdate)]
    [InlineData(SignalKind.StateChange)]
    public async Task Signal_ReserveIsReached_IsTakenOnlyIfItEnds(SignalKind kind)
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder, free: 90_000);

        await RefusedAsync(() => f.Tenant.SignalAsync("t", [f.Signal(kind, null)], default));
        await f.Tenant.SignalAsync("t", [f.Signal(SignalKind.Cancel, null)], default);
    }

    [Fact]
    public async Task Intake_ReserveIsReached_IsRefusedAndWhatMakesRoomGoesOn()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder, free: 90_000);
        var record = new RecordWrite { Kind = "agent", Id = "1", Name = "1", ExpectedVersion = 1, Body = new byte[10] };

        await RefusedAsync(() => f.Tenant.Records.WriteAsync(record, default));
        await RefusedAsync(() => f.Tenant.WriteDefinitionAsync(BlobHash.Of([1]), new byte[] { 1 }, default));
        await RefusedAsync(() => f.Tenant.ForkAsync(new ForkRequest { Source = "t", Position = 1, Target = "copy", Entry = f.Entry() }, default));
        await RefusedAsync(() => f.Tenant.RewindAsync(new RewindRequest { Thread = "t", Expected = 1, Entry = f.Entry() }, default));
        Assert.Contains("nearly full", (await RefusedAsync(() => f.Store.PingAsync(default))).Remedy, StringComparison.Ordinal);

        Assert.Equal(RecordOutcome.Stored, (await f.Tenant.Records.DeleteAsync("agent", "1", null, default)).Outcome);
        Assert.True(await f.Tenant.DeleteThreadAsync("t", default));
    }

    [Fact]
    public async Task Append_HalfOfTheReserveIsGone_IsStoredOnlyIfItIsAnEnd()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        await using var f = new StoreFixture(await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(), default), clock);
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var free = 90_000L;
        ((SqliteStore)f.Store).Room = new DiskRoom(() => (free, 1_000_000), Reserve);
        await f.StoreAsync(f.Append(lease));

        free = 40_000;
        ((SqliteStore)f.Store).Room = new DiskRoom(() => (free, 1_000_000), Reserve);
        await RefusedAsync(() => f.Store.AppendAsync(f.Append(lease, after: 1), default));
        await RefusedAsync(() => f.Store.WriteBlobAsync(StoreFixture.Key("t"), BlobHash.Of([1]), new byte[] { 1 }, default));
        await f.StoreAsync(f.End(lease, after: 1));
    }

    [Fact]
    public async Task Full_WhateverFilledIt_WhatIsHeldBackMakesRoomOnce()
    {
        using var folder = new TemporaryFolder();
        var held = Path.Combine(folder.Path, "actant.reserve");
        await using var store = SqliteStore.Open(folder.Options with { ReserveBytes = 64 * 1024 }, TimeProvider.System, IdGenerator.System);
        await store.PingAsync(default);
        Assert.Equal(16 * 1024, new FileInfo(held).Length);

        await store.DoAsync(0, scope => scope.Connection.Execute("PRAGMA max_page_count = 1"), default);
        var full = await RefusedAsync(() => store.For(TenantId.Default).WriteDefinitionAsync(BlobHash.Of([1]), new byte[100_000], default));

        Assert.Contains("full", full.Remedy, StringComparison.Ordinal);
        Assert.False(File.Exists(held));
    }

    [Fact]
    public async Task Deleted_WhatItLeavesInTheDatabase_IsRoomAgain()
    {
        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(folder.Options, TimeProvider.System, IdGenerator.System);
        var records = store.For(TenantId.Default).Records;
        await records.WriteAsync(new RecordWrite { Kind = "agent", Id = "1", Name = "1", ExpectedVersion = 0, Body = new byte[500_000] }, default);
        var before = store.Writer.ReusableBytes;

        await records.DeleteAsync("agent", "1", null, default);

        Assert.InRange(store.Writer.ReusableBytes - before, 400_000, 600_000);
    }

    private static async Task<StoreFixture> OpenAsync(TemporaryFolder folder, long free)
    {
        var clock = new ManualTimeProvider();
        var f = new StoreFixture(await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(), default), clock);
        await f.AcceptAsync("t");
        await f.Tenant.Records.WriteAsync(new RecordWrite { Kind = "agent", Id = "1", Name = "1", ExpectedVersion = 0, Body = new byte[10] }, default);
        ((SqliteStore)f.Store).Room = new DiskRoom(() => (free, 1_000_000), Reserve);
        return f;
    }

    private static async Task<StoreUnavailableException> RefusedAsync<T>(Func<ValueTask<T>> call)
    {
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await call());
        Assert.True(refused.IsFull);
        return refused;
    }

    private static async Task<StoreUnavailableException> RefusedAsync(Func<ValueTask> call)
    {
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await call());
        Assert.True(refused.IsFull);
        return refused;
    }
}
