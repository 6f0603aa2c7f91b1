using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Append_Entries_AreReadBackByteByByte()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        EncodedEntry[] entries =
        [
            f.Entry(lease.Current!.Id) with { Body = new byte[] { 0, 1, 0, 0xff, 0xfe, 0xc3, 0x28, 0 } },
            f.Entry() with { Body = ReadOnlyMemory<byte>.Empty },
            f.Entry(lease.Current.Id) with { Body = new byte[EncodedEntry.MaxBodyBytes] },
        ];

        await f.StoreAsync(f.Append(lease) with { Entries = entries });

        var read = await f.Tenant.ReadAsync("t", 2, 10, default);
        Assert.Equal([2, 3, 4], read.Select(entry => entry.Position));
        Assert.Equal(entries.Select(entry => (entry.Id, entry.Execution)), read.Select(entry => (entry.Id, entry.Execution)));
        Assert.All(entries.Zip(read), pair => Assert.Equal(pair.First.Body.ToArray(), pair.Second.Body.ToArray()));
        Assert.All(read, entry => Assert.Equal(lease.Epoch, entry.Epoch));
        Assert.Equal(8 + EncodedEntry.MaxBodyBytes + "taken".Length, (await f.Tenant.GetThreadAsync("t", default))!.Bytes);
    }

    [Fact]
    public async Task Append_BufferReusedAfterwards_KeepsWhatWasStored()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var buffer = "before"u8.ToArray();
        await f.StoreAsync(f.Append(lease) with { Entries = [f.Entry() with { Body = buffer }] });

        "behind"u8.CopyTo(buffer);

        Assert.Equal("before"u8.ToArray(), (await f.ReadAsync("t"))[1].Body.ToArray());
    }

    [Fact]
    public async Task Append_TooLargeEntry_IsRefusedBeforeAnything()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var tooLarge = f.Entry() with { Body = new byte[EncodedEntry.MaxBodyBytes + 1] };

        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.Append(lease) with { Entries = [f.Entry(), tooLarge] }));

        Assert.Single(await f.ReadAsync("t"));
    }

    [Fact]
    public async Task Append_NothingToDo_IsRefused()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var empty = f.Append(lease) with { Entries = [] };

        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(empty));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(empty with
        {
            Lease = LeaseChange.Release,
            Executions = [new ExecutionChange { Execution = lease.Current!.Id, Status = ExecutionStatus.Completed }],
        }));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(empty with
        {
            Lease = LeaseChange.Release,
            Outbox = [new OutboxRow(f.NextId(), "to", default)],
        }));
    }

    [Fact]
    public async Task Append_GoodStaleAndConflictingAtOnce_EachGetsItsOwnOutcome()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var good = await f.StartAsync(session, "good");
        var conflicting = await f.StartAsync(session, "conflicting");
        var stale = await f.StartAsync(session, "stale");
        var broken = await f.StartAsync(session, "broken");
        var foreign = new ExecutionChange { Execution = good.Current!.Id, Status = ExecutionStatus.Completed };

        var results = await Task.WhenAll(
            f.AppendAsync(f.Append(stale) with { Epoch = 9 }),
            f.AppendAsync(f.Append(good)),
            f.AppendAsync(f.Append(conflicting) with { Position = 1 }),
            f.AppendAsync(f.Append(conflicting, after: 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.Append(broken) with { Executions = [foreign] }));

        Assert.Equal(
            [AppendOutcome.LeaseLost, AppendOutcome.Stored, AppendOutcome.PositionConflict, AppendOutcome.PositionConflict],
            results.Select(result => result.Outcome));
        Assert.Equal(2, (await f.ReadAsync("good")).Count);
        Assert.Single(await f.ReadAsync("conflicting"));
        Assert.Single(await f.ReadAsync("stale"));
        Assert.Single(await f.ReadAsync("broken"));
    }

    [Fact]
    public async Task Append_SameTwice_IsReplayed()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var append = f.Append(lease) with { Entries = [f.Entry(), f.Entry()] };
        await f.StoreAsync(append);
        await f.StoreAsync(f.Append(lease, after: 2));

        var again = await f.AppendAsync(append);
        var otherTail = await f.AppendAsync(append with { Entries = [append.Entries[0], f.Entry()] });

        Assert.Equal(new AppendResult(AppendOutcome.Replayed, 1), again);
        Assert.Equal(AppendOutcome.PositionConflict, otherTail.Outcome);
        Assert.Equal(4, (await f.ReadAsync("t")).Count);
    }

    [Fact]
    public async Task Append_SameAfterTheLeaseIsGone_IsReplayedAndSaysSo()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var append = f.Append(lease) with { Lease = LeaseChange.Release };
        await f.StoreAsync(append);
        await f.TakeOneAsync(session);

        Assert.Equal(new AppendResult(AppendOutcome.Replayed, 1, LeaseIsGone: true), await f.AppendAsync(append));
    }

    [Fact]
    public async Task Append_AfterRelease_IsLeaseLost()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Release });

        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lease, after: 1))).Outcome);
        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lease) with { Thread = StoreFixture.Key("none") })).Outcome);
    }

    [Fact]
    public async Task Append_ManyRacersForOnePosition_OneWins()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var appends = Enumerable.Range(0, 32).Select(_ => f.Append(lease)).ToArray();

        var results = await Task.WhenAll(appends.Select(append => Task.Run(() => f.AppendAsync(append))));

        Assert.Single(results, result => result.Outcome == AppendOutcome.Stored);
        Assert.Equal(31, results.Count(result => result.Outcome == AppendOutcome.PositionConflict));
        Assert.Equal(2, (await f.ReadAsync("t")).Count);
    }

    [Fact]
    public async Task Append_ExecutionChange_UpdatesTheRow()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var id = lease.Current!.Id;
        var failure = new Failure { Code = "model_error", Message = "It said \"no\".", Transient = true, RetryAfterMs = 5, Where = "ask" };
        await f.StoreAsync(f.Append(lease) with
        {
            Executions = [new ExecutionChange { Execution = id, Status = ExecutionStatus.Running, StartPosition = 2, Tokens = 10, CostUsd = 0.000125m }],
        });
        f.Clock.Advance(TimeSpan.FromSeconds(3));
        await f.StoreAsync(f.Append(lease, after: 1) with
        {
            Entries = [f.Entry(id), f.Entry(id)],
            Executions = [new ExecutionChange { Execution = id, Status = ExecutionStatus.Failed, Failure = failure }],
        });

        var record = await f.GetAsync(id);

        Assert.Equal((2L, 4L, 10L, 0.000125m), (record.StartPosition, record.EndPosition, record.Tokens, record.CostUsd));
        Assert.Equal(failure, record.Failure);
        Assert.Equal((ExecutionStatus.Failed, f.Clock.GetUtcNow()), (record.Status, record.EndedAt));
        Assert.Equal(f.Clock.GetUtcNow().AddSeconds(-3), record.StartedAt);
    }

    [Fact]
    public async Task Append_ChangeOfAnEndedExecution_IsRefused()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.End(lease, LeaseChange.Keep));

        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.End(lease, after: 1)));

        Assert.Equal(2, (await f.ReadAsync("t")).Count);
    }

    [Fact]
    public async Task Append_SecondOpenExecution_IsRefused()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var second = await f.AcceptAsync("t");
        ExecutionChange Change(ExecutionId id, ExecutionStatus status) => new() { Execution = id, Status = status };

        await Assert.ThrowsAsync<ArgumentException>(
            () => f.AppendAsync(f.Append(lease) with { Executions = [Change(second, ExecutionStatus.Running)] }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => f.AppendAsync(f.Append(lease) with { Executions = [Change(lease.Current!.Id, ExecutionStatus.Pending)] }));
        await f.StoreAsync(f.End(lease, LeaseChange.Keep) with
        {
            Executions = [Change(lease.Current!.Id, ExecutionStatus.Completed), Change(second, ExecutionStatus.Running)],
        });

        Assert.Equal(second, (await f.Tenant.GetThreadAsync("t", default))!.Current);
    }

    [Fact]
    public async Task Append_EndOfAWaitingExecution_TakesItOutOfTheQueue()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var waiting = await f.AcceptAsync("t");
        var last = await f.AcceptAsync("t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, waiting));

        await f.StoreAsync(f.Append(lease) with
        {
            Executions = [new ExecutionChange { Execution = waiting, Status = ExecutionStatus.Cancelled }],
        });
        await f.StoreAsync(f.End(lease, after: 1) with { SeenSignal = 9 });

        Assert.Equal(last, (await f.TakeOneAsync(session)).Current!.Id);
        Assert.Null((await f.GetAsync(waiting)).StartedAt);
    }

    [Fact]
    public async Task Append_WithoutEntries_ConsumesAndReleases()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var consume = f.Append(lease) with { Entries = [], Consumed = [1] };

        await f.StoreAsync(consume);
        await f.StoreAsync(consume);
        Assert.Empty(await f.ReadInboxAsync(lease.Thread.Thread));
        await f.StoreAsync(consume with { Consumed = [], Lease = LeaseChange.Release });

        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(consume with { Lease = LeaseChange.Release })).Outcome);
        Assert.Equal(1, (await f.TakeOneAsync(session)).Taken.Position - 1);
    }

    [Fact]
    public async Task Append_CancelledTokenBeforehand_StoresNothing()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await f.Store.AppendAsync(f.Append(lease), new CancellationToken(canceled: true)));

        Assert.Single(await f.ReadAsync("t"));
    }

    [Fact]
    public async Task Read_FromAndLimit_AreBounded()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StartAsync(await f.OpenAsync(), "neighbour");
        await f.StoreAsync(f.Append(lease) with { Entries = [.. Enumerable.Range(0, 9).Select(_ => f.Entry())] });

        Assert.Equal([4, 5], (await f.Tenant.ReadAsync("t", 4, 2, default)).Select(entry => entry.Position));
        Assert.Equal(10, (await f.Tenant.ReadAsync("t", -5, int.MaxValue, default)).Count);
        Assert.Equal(1, Assert.Single(await f.Tenant.ReadAsync("t", 0, 0, default)).Position);
        Assert.Empty(await f.Tenant.ReadAsync("t", 11, 10, default));
        Assert.Empty(await f.Tenant.ReadAsync("t", long.MaxValue, 10, default));
        Assert.Empty(await f.Tenant.ReadAsync("none", 1, 10, default));
    }
}
