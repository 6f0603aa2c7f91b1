using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    public static TheoryData<string> HostileNames => new("'; DROP TABLE threads; --", "\"x\"", "a\\b%_", "ünï/コード 🚀", "\u202e\u0001\t\n", new string('ß', 255), "NULL");

    // Half a surrogate pair does not survive as the data of a theory.
    private static readonly string[] _refusedNames = ["", "a\0b", "\ud800", "\udc00x", "\ud800\ud800", new string('x', 256)];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task Names_AnyText_ComeBackAsTheyWere(string name)
    {
        await using var f = await FixtureAsync();
        var submission = f.Submission(name, name) with { Agent = name };
        await f.SubmitAsync(submission);
        await f.SignalAsync(name, f.Signal(SignalKind.Stop, null, name));
        var lease = await f.TakeOneAsync(await f.OpenAsync());

        Assert.Equal(name, lease.Thread.Thread);
        Assert.Equal(name, (await f.ReadInboxAsync(lease.Thread.Thread))[1].Key);
        var record = await f.Tenant.FindExecutionAsync(name, default);
        Assert.Equal((name, name, name), (record!.Agent, record.IdempotencyKey, record.Thread.Thread));
        Assert.Single((await f.Tenant.ListExecutionsAsync(new ExecutionFilter { Agent = name, Thread = name }, null, 5, default)).Items);
        Assert.Null(await f.Tenant.FindExecutionAsync(name + "\0", default));
        Assert.Null(await f.Tenant.GetThreadAsync(name + "\0x", default));
        Assert.True(await f.Tenant.DeleteThreadAsync(name, default));
    }

    [Fact]
    public async Task Names_WhatADatabaseCouldRefuse_IsRefusedByAll()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");

        foreach (var name in _refusedNames)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission(name)));
            await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission("t", name)));
            await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission("t") with { Agent = name }));
            await Assert.ThrowsAsync<ArgumentException>(() => f.SignalAsync("t", f.Signal(SignalKind.Stop, null, name)));
            Assert.Throws<ArgumentException>(() => f.Store.For(new TenantId(name)));
        }
    }

    [Fact]
    public async Task Numbers_OutOfRange_AreRefused()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");

        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.Append(lease) with { Position = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.Append(lease) with { Position = long.MaxValue }));
        await Assert.ThrowsAsync<ArgumentException>(() => f.TakeAsync(session, max: 0));
        await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission("t") with { Priority = 10 }));
        await Assert.ThrowsAsync<ArgumentException>(() => f.OpenAsync(TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission("t") with { Input = new byte[StorageLimits.MaxBodyBytes + 1] }));
        Assert.Empty(await f.TakeAsync(session, max: int.MaxValue));
    }

    [Fact]
    public async Task Tenant_AnotherOne_SeesAndTouchesNothing()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var submission = f.Submission("t", "key") with { Held = true };
        await f.SubmitAsync(submission);
        var lease = await f.StartAsync(session, "run");
        var hash = BlobHash.Of("x"u8);
        await f.Store.WriteBlobAsync(lease.Thread, hash, StoreFixture.Bytes("x"), default);
        await f.StoreAsync(f.End(lease));
        var other = f.Store.For(new TenantId("other"));
        var otherRun = new ThreadKey(other.Tenant, "run");

        Assert.Equal(SignalOutcome.NotFound, (await other.SignalAsync("t", [f.Signal(SignalKind.Cancel, submission.Id)], default)).Outcome);
        Assert.False(await other.StartAsync(submission.Id, null, default));
        Assert.Null(await other.GetExecutionAsync(submission.Id, default));
        Assert.Null(await other.FindExecutionAsync("key", default));
        Assert.Empty((await other.ListExecutionsAsync(new ExecutionFilter { Thread = "t" }, null, 10, default)).Items);
        Assert.Null(await other.GetThreadAsync("t", default));
        Assert.Empty((await other.ListThreadsAsync(null, 10, default)).Items);
        Assert.Empty(await other.ReadAsync("run", 1, 10, default));
        Assert.Null(await other.ReadBlobAsync("run", hash, default));
        Assert.Equal(
            BranchOutcome.NotFound,
            await other.ForkAsync(new ForkRequest { Source = "run", Position = 1, Target = "fork", Entry = f.Entry() }, default));
        Assert.Equal(
            BranchOutcome.NotFound,
            await other.RewindAsync(new RewindRequest { Thread = "run", Expected = 2, Entry = f.Entry() }, default));
        Assert.False(await other.DeleteThreadAsync("t", default));
        Assert.Empty(await StoreFixture.ReadInboxAsync(f.Store, otherRun));
        Assert.Null(await f.Store.ReadSnapshotAsync(otherRun, 9, default));
        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lease) with { Thread = otherRun })).Outcome);
        Assert.Equal(SubmitOutcome.Accepted, Assert.Single(await other.SubmitAsync([submission], default)).Outcome);
        Assert.True((await f.GetAsync(submission.Id)).Held);
    }
}
