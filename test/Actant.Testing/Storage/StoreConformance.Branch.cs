using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Fork_AtEveryPosition_CopiesThePrefixByteByByte()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Entries = [f.Entry(lease.Current!.Id, "a\0b"), f.Entry(null, ""), f.Entry(lease.Current.Id, "c")] });
        await f.StoreAsync(f.Append(lease, after: 3) with { Lease = LeaseChange.Release });
        await f.TakeOneAsync(session);
        var source = await f.ReadAsync("t");

        for (var position = 1; position <= source.Count; position++)
        {
            var entry = f.Entry(null, "forked");
            var fork = new ForkRequest { Source = "t", Position = position, Target = $"fork{position}", Entry = entry };
            Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));
            Assert.Equal(BranchOutcome.Replayed, await f.Tenant.ForkAsync(fork, default));

            var copy = await f.ReadAsync(fork.Target);
            Assert.Equal(source.Take(position).Select(Readable).Append((position + 1, entry.Id, null, 0, "666F726B6564")), copy.Select(Readable));
        }

        Assert.Equal(source.Select(Readable), (await f.ReadAsync("t")).Select(Readable));
    }

    [Fact]
    public async Task Fork_LongThread_CopiesAllOfIt()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        for (var i = 0; i < 3; i++)
        {
            var entries = Enumerable.Range(0, 1000).Select(k => f.Entry(null, $"{i} {k} {new string('x', 500)}")).ToList();
            await f.StoreAsync(f.Append(lease, after: i * 1000) with { Entries = entries });
        }

        var blobs = Enumerable.Range(0, 25).Select(i => Enumerable.Repeat((byte)i, 100_000).ToArray()).ToList();
        foreach (var blob in blobs)
            await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of(blob), blob, default);
        var entry = f.Entry(null, "forked");
        var fork = new ForkRequest { Source = "t", Position = 2500, Target = "fork", Entry = entry };

        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.ForkAsync(fork, default));

        for (var from = 1; from <= 2500; from += 500)
        {
            var (source, copy) = (await f.Tenant.ReadAsync("t", from, 500, default), await f.Tenant.ReadAsync("fork", from, 500, default));
            Assert.Equal(source.Select(Readable), copy.Select(Readable));
        }

        Assert.Equal(entry.Id, Assert.Single(await f.Tenant.ReadAsync("fork", 2501, 9, default)).Id);
        foreach (var blob in blobs)
            Assert.Equal(blob, await f.Tenant.ReadBlobAsync("fork", BlobHash.Of(blob), default));
        var (whole, half) = (await f.Tenant.GetThreadAsync("t", default), await f.Tenant.GetThreadAsync("fork", default));
        Assert.InRange(half!.Bytes, 2_500_000 + (2499 * 500), whole!.Bytes);
        Assert.True(await f.Tenant.DeleteThreadAsync("t", default));
        Assert.NotNull(await f.Tenant.ReadBlobAsync("fork", BlobHash.Of(blobs[0]), default));
    }

    [Fact]
    public async Task Fork_Continuing_RunsInTheNewThreadWithItsBlobs()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var hash = BlobHash.Of("blob"u8);
        await f.Store.WriteBlobAsync(lease.Thread, hash, StoreFixture.Bytes("blob"), default);
        await f.StoreAsync(f.Append(lease) with { Format = 3 });
        var continues = f.Submission("fork");
        var fork = new ForkRequest { Source = "t", Position = 2, Target = "fork", Entry = f.Entry(), Continues = continues };

        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));

        Assert.Empty(await f.TakeAsync(session, format: 2));
        var taken = Assert.Single(await f.TakeAsync(session, format: 3));
        Assert.Equal((continues.Id, ExecutionStatus.Running), (taken.Current!.Id, taken.Current.Status));
        Assert.True(taken.Epoch > lease.Epoch);
        Assert.Empty(await f.ReadInboxAsync(taken.Thread.Thread));
        await f.Tenant.DeleteThreadAsync("t", default);
        Assert.Equal("blob"u8.ToArray(), await f.Tenant.ReadBlobAsync("fork", hash, default));
        Assert.Equal(4, (await f.ReadAsync("fork")).Count);
        await f.StoreAsync(f.End(taken));
    }

    [Fact]
    public async Task Fork_ContinuingHeld_WaitsForItsStart()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.StartAsync(session, "t");
        var continues = f.Submission("fork") with { Held = true };
        await f.Tenant.ForkAsync(new ForkRequest { Source = "t", Position = 1, Target = "fork", Entry = f.Entry(), Continues = continues }, default);

        Assert.Empty(await f.TakeAsync(session));
        await f.Tenant.StartAsync(continues.Id, null, default);
        Assert.Equal(continues.Id, (await f.TakeOneAsync(session)).Current!.Id);
    }

    [Fact]
    public async Task Fork_WhatCannotBe_SaysWhy()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.AcceptAsync("there");
        var fork = new ForkRequest { Source = "t", Position = 1, Target = "fork", Entry = f.Entry() };

        Assert.Equal(BranchOutcome.NotFound, await f.Tenant.ForkAsync(fork with { Source = "none" }, default));
        Assert.Equal(BranchOutcome.NotFound, await f.Tenant.ForkAsync(fork with { Position = 2 }, default));
        Assert.Equal(BranchOutcome.TargetExists, await f.Tenant.ForkAsync(fork with { Target = "there" }, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.ForkAsync(fork with { Position = 0 }, default));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await f.Tenant.ForkAsync(fork with { Continues = f.Submission("fork") with { Id = lease.Current!.Id } }, default));
        Assert.Null(await f.Tenant.GetThreadAsync("fork", default));
    }

    [Fact]
    public async Task Rewind_IdleThread_AppendsUnderAnEpochOfItsOwn()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.End(lease));
        var continues = f.Submission("t");
        var rewind = new RewindRequest { Thread = "t", Expected = 2, Entry = f.Entry(), Continues = continues };

        Assert.Equal(BranchOutcome.PositionConflict, await f.Tenant.RewindAsync(rewind with { Expected = 1 }, default));
        Assert.Equal(BranchOutcome.NotFound, await f.Tenant.RewindAsync(rewind with { Thread = "none", Continues = null }, default));
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.RewindAsync(rewind, default));
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.RewindAsync(rewind, default));

        var next = await f.TakeOneAsync(session);
        Assert.Equal((continues.Id, 4), (next.Current!.Id, next.Taken.Position));
        Assert.Equal([1, 1, 2, 3], (await f.ReadAsync("t")).Select(entry => entry.Epoch));
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.RewindAsync(rewind, default));
    }

    [Fact]
    public async Task Rewind_BusyThread_IsRefused()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        RewindRequest Rewind(string thread, long expected) => new() { Thread = thread, Expected = expected, Entry = f.Entry() };

        var leased = await f.StartAsync(session, "t");
        Assert.Equal(BranchOutcome.Busy, await f.Tenant.RewindAsync(Rewind("t", 1), default));
        await f.StoreAsync(f.Append(leased) with { Lease = LeaseChange.Sleep });
        Assert.Equal(BranchOutcome.Busy, await f.Tenant.RewindAsync(Rewind("t", 2), default));
        await f.SubmitAsync(f.Submission("held") with { Held = true });
        Assert.Equal(BranchOutcome.Busy, await f.Tenant.RewindAsync(Rewind("held", 0), default));
        Assert.Equal(2, (await f.ReadAsync("t")).Count);
    }

    private static (long Position, Guid Id, Guid? Execution, long Epoch, string Body) Readable(StoredEntry entry) =>
        (entry.Position, entry.Id, entry.Execution?.Value, entry.Epoch, Convert.ToHexString(entry.Body.Span));

    [Fact]
    public async Task Branch_SameKeyAgain_MakesNothingAndTellsWhatItMade()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.End(lease));
        var (key, other) = (new BranchKey("key", BlobHash.Of("fork"u8)), new BranchKey("other", BlobHash.Of("rewind"u8)));
        var continues = f.Submission("fork") with { Held = true };
        var fork = new ForkRequest { Source = "t", Position = 1, Target = "fork", Entry = f.Entry(), Continues = continues, Key = key };
        var rewind = new RewindRequest { Thread = "t", Expected = 2, Entry = f.Entry(), Key = other };

        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.ForkAsync(fork, default));
        Assert.Equal(BranchOutcome.KeyKnown, await f.Tenant.ForkAsync(fork with { Target = "second", Entry = f.Entry(), Continues = null }, default));
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.RewindAsync(rewind, default));
        Assert.Equal(BranchOutcome.KeyKnown, await f.Tenant.RewindAsync(rewind with { Expected = 3, Entry = f.Entry() }, default));

        Assert.Equal(new BranchRecord("fork", 2, continues.Id, key.Fingerprint), await f.Tenant.FindBranchAsync("key", default));
        Assert.Equal(new BranchRecord("t", 3, null, other.Fingerprint), await f.Tenant.FindBranchAsync("other", default));
        Assert.Null(await f.Tenant.FindBranchAsync("none", default));
        Assert.Null(await f.Store.For(new TenantId("another")).FindBranchAsync("key", default));
        Assert.Null(await f.Tenant.GetThreadAsync("second", default));
        await f.Tenant.DeleteThreadAsync("fork", default);
        Assert.Null(await f.Tenant.FindBranchAsync("key", default));
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork with { Target = "third", Entry = f.Entry(), Continues = null }, default));
    }

    [Fact]
    public async Task Fork_SameKeyInParallel_MakesOneThread()
    {
        await using var f = await FixtureAsync();
        await f.StoreAsync(f.End(await f.StartAsync(await f.OpenAsync(), "t")));
        var key = new BranchKey("key", BlobHash.Of("fork"u8));
        var forks = Enumerable.Range(0, 8).Select(number => new ForkRequest { Source = "t", Position = 1, Target = $"f{number}", Entry = f.Entry(), Key = key }).ToArray();

        var outcomes = await Task.WhenAll(forks.Select(fork => Task.Run(() => f.Tenant.ForkAsync(fork, default).AsTask())));

        Assert.Single(outcomes, outcome => outcome == BranchOutcome.Stored);
        Assert.Equal(7, outcomes.Count(outcome => outcome == BranchOutcome.KeyKnown));
        Assert.Equal(2, (await f.Tenant.ListThreadsAsync(null, 10, default)).Items.Count);
    }
}
