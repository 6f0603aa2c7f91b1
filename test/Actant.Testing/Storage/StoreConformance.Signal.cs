using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Signal_LeasedThread_WaitsInTheInbox()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");

        var result = await f.SignalAsync("t", f.Signal(SignalKind.Callback, lease.Current!.Id, "k", "b"));

        Assert.Equal(new SignalResult(SignalOutcome.Stored, session), result);
        Assert.Equal(2, (await f.AppendAsync(f.Append(lease))).SignalNumber);
        var stored = (await f.ReadInboxAsync(lease.Thread.Thread))[1];
        Assert.Equal((2, SignalKind.Callback, lease.Current.Id, "k", f.Clock.GetUtcNow()), (stored.Number, stored.Kind, stored.Execution, stored.Key, stored.At));
        Assert.Equal("b"u8.ToArray(), stored.Body.ToArray());
        Assert.Null(stored.Target);
    }

    [Fact]
    public async Task Signal_EveryKind_WaitsInTheInbox()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var kinds = Enum.GetValues<SignalKind>().Where(kind => kind != SignalKind.Input).ToList();

        foreach (var kind in kinds)
        {
            Assert.Equal(SignalOutcome.Stored, (await f.SignalAsync("t", f.Signal(kind, lease.Current!.Id, $"{kind}"))).Outcome);
        }

        var stored = await f.ReadInboxAsync(lease.Thread.Thread);
        Assert.Equal(kinds, stored.Where(signal => signal.Kind != SignalKind.Input).Select(signal => signal.Kind).Order());
    }

    [Fact]
    public async Task Signal_KnownKey_TheFirstBodyWins()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var first = f.Signal(SignalKind.Decision, lease.Current!.Id, "k", "yes");
        await f.SignalAsync("t", first);

        Assert.Equal(SignalOutcome.Replayed, (await f.SignalAsync("t", first)).Outcome);
        Assert.Equal(SignalOutcome.KeyConflict, (await f.SignalAsync("t", first with { Body = StoreFixture.Bytes("no") })).Outcome);
        Assert.Equal(
            SignalOutcome.KeyConflict,
            (await f.SignalAsync("t", f.Signal(SignalKind.Stop, null, "new"), first with { Body = StoreFixture.Bytes("no") })).Outcome);
        Assert.Equal(2, (await f.ReadInboxAsync(lease.Thread.Thread)).Count);
    }

    [Fact]
    public async Task Signal_SomeKnownSomeNew_StoresTheNewOnes()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        var one = f.Signal(SignalKind.StateUpdate, null, "one");
        await f.SignalAsync("t", one);

        var result = await f.SignalAsync("t", one, f.Signal(SignalKind.StateUpdate, null, "two"), f.Signal(SignalKind.StateUpdate, null, "two"));

        Assert.Equal(SignalOutcome.Stored, result.Outcome);
        Assert.Equal(["one", "two"], (await f.ReadInboxAsync("t")).Skip(1).Select(signal => signal.Key));
    }

    [Fact]
    public async Task Signal_ConsumedKey_StaysKnown()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var signal = f.Signal(SignalKind.Decision, lease.Current!.Id);
        await f.SignalAsync("t", signal);
        await f.StoreAsync(f.Append(lease) with { Consumed = [1, 2, 99], SeenSignal = 2 });

        Assert.Empty(await f.ReadInboxAsync(lease.Thread.Thread));
        Assert.Equal(SignalOutcome.Replayed, (await f.SignalAsync("t", signal)).Outcome);
    }

    [Fact]
    public async Task Signal_EndedExecution_IsRefusedButAKnownKeyIsReplayed()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var known = f.Signal(SignalKind.Callback, lease.Current!.Id, "known");
        await f.SignalAsync("t", known);
        await f.StoreAsync(f.End(lease) with { SeenSignal = 2, Consumed = [1, 2] });

        Assert.Equal(SignalOutcome.ExecutionEnded, (await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current.Id, "new"))).Outcome);
        Assert.Equal(SignalOutcome.Replayed, (await f.SignalAsync("t", known)).Outcome);
        Assert.Empty(await f.ReadInboxAsync(lease.Thread.Thread));
        Assert.Empty(await f.TakeAsync(await f.OpenAsync()));
    }

    [Fact]
    public async Task Signal_UnknownThreadOrForeignExecution_IsNotFound()
    {
        await using var f = await FixtureAsync();
        var other = await f.AcceptAsync("other");
        await f.AcceptAsync("t");

        Assert.Equal(SignalOutcome.NotFound, (await f.SignalAsync("none", f.Signal(SignalKind.Stop, null))).Outcome);
        Assert.Equal(SignalOutcome.NotFound, (await f.SignalAsync("t", f.Signal(SignalKind.Cancel, other))).Outcome);
        Assert.Equal(
            SignalOutcome.NotFound,
            (await f.SignalAsync("t", f.Signal(SignalKind.Stop, null), f.Signal(SignalKind.Cancel, new ExecutionId(f.NextId()), "k2"))).Outcome);
        Assert.Single(await f.ReadInboxAsync("t"));
    }

    [Fact]
    public async Task Signal_Input_IsRefused()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");

        await Assert.ThrowsAsync<ArgumentException>(() => f.SignalAsync("t", f.Signal(SignalKind.Input, null)));
        await Assert.ThrowsAsync<ArgumentException>(() => f.SignalAsync("t"));
    }

    [Fact]
    public async Task Cancel_StoredBeforeTheEnd_RefusesTheEndAsAWhole()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current!.Id));
        var end = f.End(lease) with { Consumed = [1], Outbox = [new OutboxRow(f.NextId(), "to", default)] };

        Assert.Equal(new AppendResult(AppendOutcome.CancelRequested, 2), await f.AppendAsync(end));

        Assert.Single(await f.ReadAsync("t"));
        Assert.Equal(2, (await f.ReadInboxAsync(lease.Thread.Thread)).Count);
        Assert.Equal(ExecutionStatus.Running, (await f.GetAsync(lease.Current.Id)).Status);
        await f.StoreAsync(end with { SeenSignal = 2, Consumed = [1, 2] });
    }

    [Fact]
    public async Task Cancel_Unseen_DoesNotStopWhatIsNoEnd()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current!.Id));

        await f.StoreAsync(f.Append(lease));
    }

    [Fact]
    public async Task Cancel_WithoutExecution_MeansTheCurrentOne()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, null));

        Assert.Equal(AppendOutcome.CancelRequested, (await f.AppendAsync(f.End(lease))).Outcome);
    }

    [Fact]
    public async Task Cancel_OfAWaitingExecution_DoesNotStopTheEndOfTheOpenOne()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var waiting = await f.AcceptAsync("t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, waiting));

        await f.StoreAsync(f.End(lease));

        var next = await f.TakeOneAsync(session);
        Assert.Equal(waiting, next.Current!.Id);
        Assert.Equal(AppendOutcome.CancelRequested, (await f.AppendAsync(f.End(next) with { SeenSignal = 2 })).Outcome);
    }

    [Fact]
    public async Task Signal_OtherThanCancelUnseen_LetsTheEndPassAndLeavesTheThreadReady()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null));

        await f.StoreAsync(f.End(lease));

        Assert.Null((await f.TakeOneAsync(session)).Current);
    }

    [Fact]
    public async Task Watch_Signals_WakeTheHolderOrSaySomethingIsReady()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await using var wakeups = f.Store.WatchAsync(default).GetAsyncEnumerator();

        await f.SignalAsync("t", f.Signal(SignalKind.Stop, null));
        Assert.Equal(new Wakeup(WakeupKind.Signalled, lease.Thread), await NextAsync());
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep, SeenSignal = 2 });
        await f.SignalAsync("t", f.Signal(SignalKind.Stop, null, "k2"));
        Assert.Equal(new Wakeup(WakeupKind.WorkIsReady), await NextAsync());
        await f.TakeOneAsync(await f.OpenAsync());
        await f.Tenant.DeleteThreadAsync("t", default);
        Assert.Equal(new Wakeup(WakeupKind.LeaseEnded, lease.Thread), await NextAsync());

        async Task<Wakeup> NextAsync()
        {
            Assert.True(await wakeups.MoveNextAsync());
            return wakeups.Current;
        }
    }

    [Fact]
    public async Task Watch_NobodyReads_StaysBounded()
    {
        await using var f = await FixtureAsync();
        using var stop = new CancellationTokenSource();
        var wakeups = f.Store.WatchAsync(stop.Token);
        var session = await f.OpenAsync();
        for (var i = 0; i < 2; i++)
            await f.Tenant.SubmitAsync([.. Enumerable.Range(0, 600).Select(n => f.Submission($"t{i}-{n}"))], default);
        foreach (var lease in (await f.TakeAsync(session, 1000)).Concat(await f.TakeAsync(session, 1000)))
            await f.SignalAsync(lease.Thread.Thread, f.Signal(SignalKind.Stop, null));
        await stop.CancelAsync();

        var count = 0;
        await foreach (var wakeup in wakeups)
            count++;

        Assert.InRange(count, 1, 1024);
    }
}
