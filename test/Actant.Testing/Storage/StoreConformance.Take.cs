using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Take_ReadyThreads_StartedFirstThenPriorityThenAge()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var started = await f.StartAsync(session, "started");
        await f.SubmitAsync(f.Submission("old") with { Priority = 2 });
        await f.SubmitAsync(f.Submission("young") with { Priority = 2 });
        await f.SubmitAsync(f.Submission("urgent") with { Priority = 9 });
        await f.SubmitAsync(f.Submission("called") with { Priority = 0 });
        await f.SignalAsync("called", f.Signal(SignalKind.StateUpdate, null));
        await f.StoreAsync(f.Append(started) with { Lease = LeaseChange.Release });

        var taken = (await f.TakeAsync(session, 4)).Concat(await f.TakeAsync(session, 4));

        Assert.Equal(["started", "called", "urgent", "old", "young"], taken.Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Take_Thread_AppendsTakenAndRaisesTheEpoch()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var first = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(first) with { Lease = LeaseChange.Release });
        f.Clock.Advance(TimeSpan.FromSeconds(1));

        var second = await f.TakeOneAsync(session);

        Assert.Equal((2, 3), (second.Epoch, second.Taken.Position));
        Assert.Equal([1, 1, 2], (await f.ReadAsync("t")).Select(entry => entry.Epoch));
        Assert.Equal(second.Taken.Id, (await f.ReadAsync("t"))[2].Id);
        Assert.Equal(first.Current!.StartedAt, second.Current!.StartedAt);
        Assert.Null(second.Taken.Execution);
    }

    [Fact]
    public async Task FindHolder_LeasedThread_IsItsNodeUntilTheLeaseEnds()
    {
        await using var f = await FixtureAsync();
        var session = (await f.Store.OpenSessionAsync(new OpenSession("one", StoreFixture.SessionLength, "http://one.test:8081/"), TestContext.Current.CancellationToken)).Id;
        var lease = await f.StartAsync(session, "t");

        var holder = await f.Store.FindHolderAsync(lease.Thread, TestContext.Current.CancellationToken);
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Release });

        // A store that one process owns needs nobody to be found.
        Assert.True(holder is null || holder == new ThreadHolder(session, "one", "http://one.test:8081/"), holder?.ToString());
        Assert.Null(await f.Store.FindHolderAsync(lease.Thread, TestContext.Current.CancellationToken));
        Assert.Null(await f.Store.FindHolderAsync(lease.Thread with { Thread = "none" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Take_InterruptedExecution_RunsAgain()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with
        {
            Executions = [new ExecutionChange { Execution = lease.Current!.Id, Status = ExecutionStatus.Interrupted }],
            Lease = LeaseChange.Sleep,
        });
        await f.SignalAsync("t", f.Signal(SignalKind.Decision, lease.Current.Id));

        Assert.Equal(ExecutionStatus.Running, (await f.TakeOneAsync(session)).Current!.Status);
        Assert.Equal(ExecutionStatus.Running, (await f.GetAsync(lease.Current.Id)).Status);
    }

    [Fact]
    public async Task Take_InboxThatItBrings_IsWhatIsRead()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var before = await f.StartAsync(session, "after another");
        await f.StoreAsync(f.End(before) with { Consumed = [1] });
        await f.StoreAsync(f.Append(await f.StartAsync(session, "consumed")) with { Consumed = [1], Lease = LeaseChange.Release });
        await f.StoreAsync(f.Append(await f.StartAsync(session, "unconsumed")) with { Lease = LeaseChange.Release });
        foreach (var thread in new[] { "after another", "new", "called", "two", "two" })
            await f.AcceptAsync(thread);
        await f.SubmitAsync(f.Submission("large", input: new string('x', 100_000)));
        await f.SignalAsync("called", f.Signal(SignalKind.StateUpdate, null));
        await f.SignalAsync("consumed", f.Signal(SignalKind.StateUpdate, null));

        var taken = await f.TakeAsync(session);

        Assert.Equal(7, taken.Count);
        foreach (var lease in taken.Where(lease => lease.Inbox is not null))
        {
            Assert.Equal((await f.ReadInboxAsync(lease.Thread.Thread)).Select(Show), lease.Inbox!.Select(Show));
        }

        static object Show(InboxSignal signal) =>
            (signal.Number, signal.Kind, signal.Execution, signal.Key, Convert.ToHexString(signal.Body.Span), signal.At, signal.Target);
    }

    [Fact]
    public async Task Take_TwoSessionsRacing_OneGetsTheThread()
    {
        await using var f = await FixtureAsync();
        for (var round = 0; round < 20; round++)
        {
            await f.AcceptAsync($"t{round}");
            var sessions = new[] { await f.OpenAsync(), await f.OpenAsync() };

            var taken = await Task.WhenAll(sessions.Select(session => Task.Run(() => f.TakeAsync(session))));

            Assert.Single(taken.SelectMany(leases => leases));
        }
    }

    [Fact]
    public async Task Take_NewerFormat_IsLeftAlone()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Format = 3, Lease = LeaseChange.Release });

        Assert.Empty(await f.TakeAsync(session, format: 2));
        Assert.Empty(await f.TakeAsync(session, 1, lease.Thread, format: 2));
        Assert.Equal(3, (await f.Tenant.FindWaitAsync(await f.AcceptAsync("t"), default))!.Format);
        Assert.Single(await f.TakeAsync(session, format: 3));
    }

    [Fact]
    public async Task Take_OnlyOneThread_GoesOutOfTurn()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.SubmitAsync(f.Submission("first") with { Priority = 9 });
        await f.SubmitAsync(f.Submission("second") with { Priority = 0 });

        Assert.Equal("second", Assert.Single(await f.TakeAsync(session, 5, StoreFixture.Key("second"))).Thread.Thread);
        Assert.Empty(await f.TakeAsync(session, 5, StoreFixture.Key("second")));
        Assert.Empty(await f.TakeAsync(session, 5, StoreFixture.Key("none")));
    }

    [Fact]
    public async Task Take_EndedOrUnknownSession_GetsNothing()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        var ended = await f.OpenAsync();
        await f.Store.EndSessionAsync(ended, default);
        var expired = await f.OpenAsync();
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Empty(await f.TakeAsync(ended));
        Assert.Empty(await f.TakeAsync(expired));
        Assert.Empty(await f.TakeAsync(new SessionId(f.NextId())));
    }

    [Fact]
    public async Task Clock_SessionAndHeartbeat_BringTheStores()
    {
        await using var f = await FixtureAsync();
        var opened = await f.Store.OpenSessionAsync(new OpenSession("node", StoreFixture.SessionLength), default);
        var at = f.Clock.GetUtcNow();
        f.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(at, opened.At);
        Assert.Equal(f.Clock.GetUtcNow(), (await f.Store.RenewAsync(opened.Id, default))!.At);
        Assert.Equal(f.Clock.GetUtcNow(), await f.Store.ReadClockAsync(default));
    }

    [Fact]
    public async Task Renew_LivingSession_ProlongsItFromNow()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        f.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.NotNull(await f.Store.RenewAsync(session, default));

        f.Clock.Advance(TimeSpan.FromSeconds(9));
        await f.StoreAsync(f.Append(lease));
    }

    [Fact]
    public async Task Renew_AfterExpiryOrEnd_IsNullForEver()
    {
        await using var f = await FixtureAsync();
        var expired = await f.OpenAsync();
        f.Clock.Advance(StoreFixture.SessionLength);
        var ended = await f.OpenAsync();
        await f.Store.EndSessionAsync(ended, default);
        await f.Store.EndSessionAsync(ended, default);

        Assert.Null(await f.Store.RenewAsync(expired, default));
        Assert.Null(await f.Store.RenewAsync(ended, default));
        Assert.Null(await f.Store.RenewAsync(new SessionId(f.NextId()), default));
    }

    [Fact]
    public async Task Renew_WorkSignalsAndSleepers_AreReported()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var sleeper = await f.StartAsync(session, "sleeper");
        var due = f.Clock.GetUtcNow().AddSeconds(5);
        await f.StoreAsync(f.Append(sleeper) with { Lease = LeaseChange.Sleep, Due = due });
        var quiet = await f.Store.RenewAsync(session, default);
        await f.SignalAsync("t", f.Signal(SignalKind.Callback, lease.Current!.Id));
        await f.AcceptAsync("new");

        var loud = await f.Store.RenewAsync(session, default);
        await f.StoreAsync(f.Append(lease) with { SeenSignal = 2 });
        var seen = await f.Store.RenewAsync(session, default);

        Assert.Equal((false, due), (quiet!.WorkIsReady, quiet.NextDue));
        Assert.Empty(quiet.Signalled);
        Assert.True(loud!.WorkIsReady);
        Assert.Equal([lease.Thread], loud.Signalled);
        Assert.Empty(seen!.Signalled);
    }

    [Fact]
    public async Task Renew_BesideAnotherSession_TellsWhenThatEnds()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        f.Clock.Advance(TimeSpan.FromSeconds(1));
        await f.OpenAsync();
        var end = f.Clock.GetUtcNow() + StoreFixture.SessionLength;
        var sleeper = await f.StartAsync(session, "sleeper");

        Assert.Equal(end, (await f.Store.RenewAsync(session, default))!.NextDue);
        await f.StoreAsync(f.Append(sleeper) with { Lease = LeaseChange.Sleep, Due = end.AddSeconds(-1) });
        Assert.Equal(end.AddSeconds(-1), (await f.Store.RenewAsync(session, default))!.NextDue);
    }

    [Fact]
    public async Task Renew_DueSleeper_IsWorkAndNoLongerNext()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow().AddSeconds(5) });
        f.Clock.Advance(TimeSpan.FromSeconds(5));

        var heartbeat = await f.Store.RenewAsync(session, default);

        Assert.True(heartbeat!.WorkIsReady);
        Assert.Null(heartbeat.NextDue);
    }

    [Fact]
    public async Task Session_Expired_LosesItsLeasesAndCountsACrash()
    {
        await using var f = await FixtureAsync();
        var dead = await f.OpenAsync();
        var lost = await f.StartAsync(dead, "t");
        f.Clock.Advance(StoreFixture.SessionLength);
        var session = await f.OpenAsync();

        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lost))).Outcome);
        Assert.True((await f.Store.RenewAsync(session, default))!.WorkIsReady);
        var lease = await f.TakeOneAsync(session);

        Assert.Equal((1, 2, lost.Current!.Id), (lease.Crashes, lease.Epoch, lease.Current!.Id));
        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lost))).Outcome);
    }

    [Fact]
    public async Task Session_ExpiredInARow_CountsUpUntilAStep()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        for (var crashes = 0; crashes < 3; crashes++)
        {
            Assert.Equal(crashes, (await f.TakeOneAsync(await f.OpenAsync())).Crashes);
            f.Clock.Advance(StoreFixture.SessionLength);
        }

        var lease = await f.TakeOneAsync(await f.OpenAsync());
        Assert.Equal(3, lease.Crashes);
        await f.StoreAsync(f.Append(lease) with { IsStep = true });
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Equal(1, (await f.TakeOneAsync(await f.OpenAsync())).Crashes);
    }

    [Fact]
    public async Task Session_EndedGracefully_FreesItsLeasesWithoutACrash()
    {
        await using var f = await FixtureAsync();
        var first = await f.OpenAsync();
        var lost = await f.StartAsync(first, "t");

        await f.Store.EndSessionAsync(first, default);

        Assert.Equal(AppendOutcome.LeaseLost, (await f.AppendAsync(f.Append(lost))).Outcome);
        Assert.Equal(0, (await f.TakeOneAsync(await f.OpenAsync())).Crashes);
    }

    [Fact]
    public async Task Sleep_UntilDue_IsReadyAtThatInstant()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow().AddSeconds(60) });

        f.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await f.TakeAsync(session));
        Assert.Empty(await f.TakeAsync(session, 1, lease.Thread));
        f.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(0, (await f.TakeOneAsync(session)).Crashes);
    }

    [Fact]
    public async Task Sleep_WithoutDue_WaitsForASignal()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep });
        f.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(await f.TakeAsync(session));

        await f.SignalAsync("t", f.Signal(SignalKind.Callback, lease.Current!.Id));

        Assert.Equal(2, (await f.TakeOneAsync(session)).SignalNumber);
    }

    [Fact]
    public async Task Sleep_WithUnseenSignal_IsReadyAtOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.SignalAsync("t", f.Signal(SignalKind.Callback, lease.Current!.Id));

        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow().AddDays(1) });

        await f.TakeOneAsync(session);
    }

    [Fact]
    public async Task Sleep_BehindAnEnd_TheNextExecutionDoesNotSleep()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var next = await f.AcceptAsync("t");

        await f.StoreAsync(f.End(lease, LeaseChange.Sleep) with { SeenSignal = 2, Due = f.Clock.GetUtcNow().AddDays(1) });

        Assert.Equal(next, (await f.TakeOneAsync(session)).Current!.Id);
    }

    [Fact]
    public async Task Release_NothingOpenOrWaiting_IsIdle()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.StoreAsync(f.End(await f.StartAsync(session, "t")));

        Assert.Empty(await f.TakeAsync(session));
        var thread = await f.Tenant.GetThreadAsync("t", default);
        Assert.Null(thread!.Current);
        Assert.Null(thread.Status);
    }
}
