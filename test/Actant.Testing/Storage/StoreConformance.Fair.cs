using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_WeightsOneTwoFour_SharesFollow()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        foreach (var (tenant, weight) in new[] { ("one", 1), ("two", 2), ("four", 4) })
        {
            await For(f, tenant).SetShareAsync(new TenantShare(weight), default);
            await FillAsync(f, tenant, 250);
        }

        var taken = new List<TakenThread>();
        while (taken.Count < 350)
            taken.AddRange(await f.TakeAsync(session, max: 7));

        Assert.InRange(CountOf(taken, "one"), 45, 55);
        Assert.InRange(CountOf(taken, "two"), 90, 110);
        Assert.InRange(CountOf(taken, "four"), 180, 220);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_TwoAnsweredAtOnceOutOfTurn_KeepToTheCap()
    {
        await using var f = await FixtureAsync();
        await f.Tenant.SetShareAsync(new TenantShare(1, MaxRunning: 1), default);
        for (var round = 0; round < 10; round++)
        {
            SessionId[] sessions = [await f.OpenAsync(), await f.OpenAsync()];
            string[] threads = [$"a{round}", $"b{round}"];
            foreach (var thread in threads)
                await f.StoreAsync(f.Append(await f.StartAsync(sessions[0], thread)) with { Lease = LeaseChange.Sleep });
            foreach (var thread in threads)
                await f.SignalAsync(thread, f.Signal(SignalKind.Decision, null));

            var taken = await Task.WhenAll(sessions.Zip(threads).Select(pair => Task.Run(() => f.TakeAsync(pair.First, 1, StoreFixture.Key(pair.Second)))));

            await f.StoreAsync(f.End(Assert.Single(taken.SelectMany(static leases => leases))));
            await f.StoreAsync(f.End(await f.TakeOneAsync(sessions[0])));
        }
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_Beside_OneOfEachTenantOfWhichTheSessionHoldsNone()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "full", 20);
        Assert.Equal(4, CountOf(await f.TakeAsync(session, max: 4), "full"));
        Assert.Empty(await BesideAsync(max: 0));
        foreach (var (tenant, cap) in new[] { ("capped", 0), ("one", 1), ("free", (int?)null) })
        {
            await For(f, tenant).SetShareAsync(new TenantShare(MaxRunning: cap), default);
            await FillAsync(f, tenant, 3);
        }

        Assert.Equal(["free", "one"], TenantsOf(await BesideAsync(max: 0)));
        Assert.Empty(await BesideAsync(max: 0));
        Assert.Single(await BesideAsync(max: 1));
        session = await f.OpenAsync();
        Assert.Equal(["free", "full"], TenantsOf(await BesideAsync(max: 0)));

        static IEnumerable<string> TenantsOf(IEnumerable<TakenThread> leases) => leases.Select(static lease => lease.Thread.Tenant.Value).Order(StringComparer.Ordinal);
        async Task<IReadOnlyList<TakenThread>> BesideAsync(int max) => (await f.Store.TakeAsync(f.TakeFor(session, max) with { Beside = 5 }, default)).Threads;
    }

    [Fact]
    public async Task Take_BesideFewerThanAreReady_AsManyAsWereAskedFor()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        foreach (var tenant in new[] { "a", "b", "c" })
            await FillAsync(f, tenant, 2);

        var takes = new List<TakenThread>[3];
        for (var i = 0; i < takes.Length; i++)
            takes[i] = [.. (await f.Store.TakeAsync(f.TakeFor(session, max: 0) with { Beside = 2 }, default)).Threads];

        Assert.Equal([2, 1, 0], takes.Select(static take => take.Count));
        Assert.Equal(3, takes.SelectMany(static take => take).Select(static lease => lease.Thread.Tenant).Distinct().Count());
        Assert.Single((await f.Store.TakeAsync(f.TakeFor(session, max: 1) with { Beside = 2 }, default)).Threads);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_OneHadTenTurnsBeside_TheOthersHaveThoseThatTheyAreOwed()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "many", 40);
        await FillAsync(f, "few", 40);
        await f.StoreAsync(f.End((await f.TakeAsync(session, max: 2)).Single(static lease => lease.Thread.Tenant.Value == "few")));
        for (var i = 0; i < 10; i++)
            await f.StoreAsync(f.End(Assert.Single((await f.Store.TakeAsync(f.TakeFor(session, max: 0) with { Beside = 1 }, default)).Threads)));

        Assert.Equal(0, CountOf(await f.TakeAsync(session, max: 8), "few"));
        Assert.Equal(5, CountOf(await f.TakeAsync(session, max: 12), "few"));
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_OneHadManyTurnsBeside_TheOthersHaveNotAllOfThemInARow()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "many", 60);
        await FillAsync(f, "few", 60);
        await f.StoreAsync(f.End((await f.TakeAsync(session, max: 2)).Single(static lease => lease.Thread.Tenant.Value == "few")));
        for (var i = 0; i < 40; i++)
            await f.StoreAsync(f.End(Assert.Single((await f.Store.TakeAsync(f.TakeFor(session, max: 0) with { Beside = 1 }, default)).Threads)));

        Assert.InRange(CountOf(await f.TakeAsync(session, max: 30), "few"), 5, 8);
    }

    [Fact]
    public async Task Take_ChangedWeight_CountsAtOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "a", 200);
        await FillAsync(f, "b", 200);
        Assert.Equal(10, CountOf(await f.TakeAsync(session, max: 20), "a"));

        await For(f, "a").SetShareAsync(new TenantShare(9), default);

        Assert.InRange(CountOf(await f.TakeAsync(session, max: 100), "a"), 85, 95);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Take_BesideABacklog_TheOthersTenDoNotWait(int batch)
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "backlog", 2000);
        for (var takes = 0; takes < 400 / batch; takes++)
            await f.TakeAsync(session, batch);
        var passed = 0;
        for (var i = 0; i < 10; i++)
        {
            // Each is taken before 1 % of the backlog was taken after its submission.
            await FillAsync(f, "ten", 1, $"{i}-");
            var before = passed;
            while (true)
            {
                var taken = await f.TakeAsync(session, batch);
                passed += CountOf(taken, "backlog");
                if (CountOf(taken, "ten") == 1)
                    break;
            }

            Assert.InRange(passed - before, 0, 19);
        }
    }

    [Fact]
    public async Task Take_TenantThatWasIdle_HasSavedNothingUp()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "idle", 1);
        await FillAsync(f, "busy", 300);
        await FillAsync(f, "other", 300);
        for (var takes = 0; takes < 20; takes++)
            await f.TakeAsync(session, max: 20);

        await FillAsync(f, "idle", 100, "later");

        Assert.InRange(CountOf(await f.TakeAsync(session, max: 60), "idle"), 18, 22);
    }

    [Fact]
    public async Task Take_Priorities_NeverCrossTenants()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await FillAsync(f, "urgent", 20, priority: 9);
        await FillAsync(f, "calm", 20, priority: 0);
        await FillAsync(f, "calm", 1, "first", priority: 9);

        var taken = await f.TakeAsync(session, max: 10);

        Assert.Equal((5, 5), (CountOf(taken, "urgent"), CountOf(taken, "calm")));
        Assert.Equal("first0", taken.First(lease => lease.Thread.Tenant.Value == "calm").Thread.Thread);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_WorkThatWaited_IsRaisedByItsAge()
    {
        await using var f = await FixtureAsync();
        async Task<ExecutionId> AcceptAsync(string thread, int priority) =>
            (await f.SubmitAsync(f.Submission(thread) with { Priority = priority })).Execution!.Id;
        await AcceptAsync("nine steps", 0);
        f.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var almost = await AcceptAsync("almost nine", 0);
        f.Clock.Advance((9 * Ageing.Step) - TimeSpan.FromMilliseconds(1));
        await AcceptAsync("fresh zero", 0);
        await AcceptAsync("fresh nine", 9);
        await AcceptAsync("another nine", 9);
        await AcceptAsync("fresh eight", 8);

        Assert.Equal(3, (await f.Tenant.FindWaitAsync(almost, default))!.Ahead);
        var taken = await f.TakeAsync(await f.OpenAsync());
        Assert.Equal(
            ["nine steps", "fresh nine", "another nine", "almost nine", "fresh eight", "fresh zero"],
            taken.Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Take_WorkThatWaitedBehindItsThread_HasAgedSinceItsSubmission()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var first = await f.StartAsync(session, "busy");
        await f.SubmitAsync(f.Submission("busy") with { Priority = 0 });
        f.Clock.Advance(10 * Ageing.Step);
        await f.SubmitAsync(f.Submission("fresh") with { Priority = 9 });

        await f.StoreAsync(f.End(first));

        Assert.Equal(["busy", "fresh"], (await f.TakeAsync(session)).Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Take_StartedAndNewWork_AgeDoesNotMix()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        await f.SubmitAsync(f.Submission("old") with { Priority = 9 });
        f.Clock.Advance(20 * Ageing.Step);
        var second = await f.StartAsync(session, "second");
        await f.SubmitAsync(f.Submission("first") with { Priority = 5 });
        var first = Assert.Single(await f.TakeAsync(session, 1, StoreFixture.Key("first")));
        foreach (var lease in (TakenThread[])[second, first])
            await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Release });

        Assert.Equal(["first", "second", "old"], (await f.TakeAsync(session)).Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Take_AgedWorkOfOneTenant_MovesNobodyElses()
    {
        await using var f = await FixtureAsync();
        await FillAsync(f, "aged", 20, priority: 9);
        f.Clock.Advance(100 * Ageing.Step);
        await FillAsync(f, "fresh", 20, priority: 0);

        var taken = await f.TakeAsync(await f.OpenAsync(), max: 10);

        Assert.Equal((5, 5), (CountOf(taken, "aged"), CountOf(taken, "fresh")));
    }

    [Fact]
    public async Task Take_TenantAtItsCap_IsLeftOutAndStopsNobody()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await For(f, "capped").SetShareAsync(new TenantShare(MaxRunning: 3), default);
        await FillAsync(f, "capped", 50);
        await FillAsync(f, "free", 50);

        var first = await f.Store.TakeAsync(f.TakeFor(session, max: 20), default);
        var second = await f.Store.TakeAsync(f.TakeFor(session, max: 20), default);
        var only = await f.Store.TakeAsync(f.TakeFor(session, only: new ThreadKey(new TenantId("capped"), "40")), default);

        Assert.Equal((3, 17), (CountOf(first.Threads, "capped"), CountOf(first.Threads, "free")));
        Assert.Equal((0, 20), (CountOf(second.Threads, "capped"), CountOf(second.Threads, "free")));
        Assert.Equal("capped", Assert.Single(second.Capped).Value);
        Assert.Empty(only.Threads);
        Assert.Equal("capped", Assert.Single(only.Capped).Value);
        await f.StoreAsync(f.End(first.Threads.First(lease => lease.Thread.Tenant.Value == "capped")));
        Assert.Equal(1, CountOf(await f.TakeAsync(session, max: 5), "capped"));
    }

    [Fact]
    public async Task Take_ChangedCap_CountsAtOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var tenant = For(f, "capped");
        await FillAsync(f, "capped", 20);
        Assert.Equal(4, (await f.TakeAsync(session, max: 4)).Count);

        await tenant.SetShareAsync(new TenantShare(MaxRunning: 2), default);
        Assert.Empty(await f.TakeAsync(session));
        await tenant.SetShareAsync(new TenantShare(2, 6), default);
        Assert.Equal(2, (await f.TakeAsync(session)).Count);
        await tenant.SetShareAsync(new TenantShare(), default);
        var last = await f.Store.TakeAsync(f.TakeFor(session), default);

        Assert.Equal(10, last.Threads.Count);
        Assert.Empty(last.Capped);
        Assert.Equal(new TenantShare(), await tenant.GetShareAsync(default));
    }

    [Fact]
    public async Task Take_CancelAtTheCap_IsCarriedOut()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.Tenant.SetShareAsync(new TenantShare(MaxRunning: 0), default);
        var execution = await f.AcceptAsync("t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, execution));

        Assert.Single(await f.TakeAsync(session, 1, StoreFixture.Key("t")));
    }

    [Fact]
    public async Task Submit_DirectStart_KeepsToTheCap()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.Tenant.SetShareAsync(new TenantShare(MaxRunning: 2), default);
        async Task<SubmitResult> StartAsync(string thread) => await f.SubmitAsync(f.Submission(thread) with { LeaseTo = f.TakeFor(session) });

        var both = await f.Tenant.SubmitAsync(
            [.. ((string[])["a", "b", "c"]).Select(thread => f.Submission(thread) with { LeaseTo = f.TakeFor(session) })], default);
        var lease = both[0].Lease!;
        await f.StoreAsync(f.End(lease));
        var passing = await StartAsync("d");
        var waiting = await f.TakeAsync(session);
        await f.Tenant.SetShareAsync(new TenantShare(MaxRunning: 4), default);
        await f.TakeAsync(session);
        await f.Tenant.SetShareAsync(new TenantShare(MaxRunning: 5), default);

        Assert.Equal([true, true, false], both.Select(result => result.Lease is not null));
        Assert.Null(passing.Lease); // Those that wait come first.
        Assert.Equal("c", Assert.Single(waiting).Thread.Thread);
        Assert.NotNull((await StartAsync("e")).Lease);
        Assert.NotNull((await StartAsync("f")).Lease);
        Assert.Null((await StartAsync("g")).Lease);
    }

    [Fact]
    [Trait("Row", "S6")]
    public async Task Submit_QueueIsFull_IsRefusedUntilSomeHaveStarted()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.Tenant.SetShareAsync(new TenantShare(MaxQueued: 3), default);
        await f.StartAsync(session, "running");
        var known = f.Submission("known", "key");

        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(known)).Outcome);
        var two = await f.Tenant.SubmitAsync([f.Submission("running"), f.Submission("held") with { Held = true }], default);
        Assert.All(two, result => Assert.Equal(SubmitOutcome.Accepted, result.Outcome));
        foreach (var thread in (string[])["new", "running", "known"])
            Assert.Equal(new SubmitResult(SubmitOutcome.QueueFull, null), await f.SubmitAsync(f.Submission(thread)));
        Assert.Null(await f.Tenant.GetThreadAsync("new", default));
        Assert.Equal(SubmitOutcome.Replayed, (await f.SubmitAsync(known)).Outcome);
        Assert.Equal(SubmitOutcome.Accepted, Assert.Single(await For(f, "other").SubmitAsync([f.Submission("t")], default)).Outcome);

        Assert.Single(await f.TakeAsync(session, 1, StoreFixture.Key("known")));
        var some = await f.Tenant.SubmitAsync([f.Submission("a"), f.Submission("b")], default);
        Assert.Equal([SubmitOutcome.Accepted, SubmitOutcome.QueueFull], some.Select(result => result.Outcome).Order());
        await f.Tenant.SetShareAsync(new TenantShare(), default);
        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(f.Submission("c"))).Outcome);
    }

    [Fact]
    public async Task Submit_DirectStarts_AreNotInTheQueue()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.Tenant.SetShareAsync(new TenantShare(MaxQueued: 1), default);

        var results = await f.Tenant.SubmitAsync(
            [.. ((string[])["a", "b", "c"]).Select(thread => f.Submission(thread) with { LeaseTo = f.TakeFor(session) })], default);

        Assert.All(results, result => Assert.NotNull(result.Lease));
        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(f.Submission("d"))).Outcome);
        Assert.Equal(SubmitOutcome.QueueFull, (await f.SubmitAsync(f.Submission("e") with { LeaseTo = f.TakeFor(session) })).Outcome);
    }

    [Fact]
    public async Task Share_NothingSaid_IsOneWithoutACap()
    {
        await using var f = await FixtureAsync();

        Assert.Equal(new TenantShare(1), await f.Tenant.GetShareAsync(default));
        foreach (var share in (TenantShare[])[new(0), new(1001), new(1, -1), new(1, null, -1)])
            await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.SetShareAsync(share, default));
        await f.Tenant.SetShareAsync(new TenantShare(1000, 7, 9), default);
        Assert.Equal(new TenantShare(1000, 7, 9), await f.Tenant.GetShareAsync(default));
    }

    [Fact]
    public async Task Wait_PendingExecution_SaysWhatItWaitsFor()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var share = new TenantShare(3, 1, 100);
        await f.Tenant.SetShareAsync(share, default);
        var running = (await f.StartAsync(session, "running")).Current!.Id;
        var behind = await f.AcceptAsync("running");
        await FillAsync(f, "other", 5);
        var first = await f.AcceptAsync("first");
        var second = await f.AcceptAsync("second");
        var urgent = (await f.SubmitAsync(f.Submission("urgent") with { Priority = 8 })).Execution!.Id;
        var held = (await f.SubmitAsync(f.Submission("held") with { Held = true })).Execution!.Id;

        async Task<ExecutionWait?> WaitAsync(ExecutionId execution) => await f.Tenant.FindWaitAsync(execution, default);

        Assert.Equal(new ExecutionWait(0, 1, share, 0), await WaitAsync(urgent));
        Assert.Equal(new ExecutionWait(1, 1, share, 0), await WaitAsync(first));
        Assert.Equal(new ExecutionWait(2, 1, share, 0), await WaitAsync(second));
        Assert.Equal(new ExecutionWait(null, 1, share, 0), await WaitAsync(behind));
        Assert.Equal(new ExecutionWait(null, 1, share, 0), await WaitAsync(held));
        Assert.Null(await WaitAsync(running));
        Assert.Null(await WaitAsync(new ExecutionId(f.NextId())));
        Assert.Null(await For(f, "other").FindWaitAsync(first, default));
    }

    [Fact]
    [Trait("Row", "O2")]
    public async Task MeasureQueue_CountsReadyThreadsByTenantUpToABound()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        Assert.Empty((await f.Store.MeasureQueueAsync(10, default)).Ready);
        var released = await f.StartAsync(session, "released");
        await f.StartAsync(session, "running");
        await f.AcceptAsync("running");
        f.Clock.Advance(TimeSpan.FromMinutes(1));
        var oldest = f.Clock.GetUtcNow();
        await FillAsync(f, "calm", 2);
        f.Clock.Advance(TimeSpan.FromMinutes(1));
        await FillAsync(f, "urgent", 3, priority: 9);
        await f.StoreAsync(f.Append(released) with { Lease = LeaseChange.Release });

        var depth = await f.Store.MeasureQueueAsync(10, default);

        Assert.Equal(
            [("calm", 2), (TenantId.Default.Value, 1), ("urgent", 3)],
            depth.Ready.Select(tenant => (tenant.Key.Value, tenant.Value)).OrderBy(tenant => tenant.Item1, StringComparer.Ordinal));
        Assert.Equal(oldest, depth.Oldest);
        Assert.Equal(4, (await f.Store.MeasureQueueAsync(4, default)).Ready.Values.Sum());
        await f.TakeAsync(session, 10);
        Assert.Equal((0, null), ((await f.Store.MeasureQueueAsync(10, default)).Ready.Count, (await f.Store.MeasureQueueAsync(10, default)).Oldest));
    }

    private static ITenantStore For(StoreFixture f, string tenant) => f.Store.For(new TenantId(tenant));

    private static int CountOf(IEnumerable<TakenThread> taken, string tenant) => taken.Count(lease => lease.Thread.Tenant.Value == tenant);

    private static async Task FillAsync(StoreFixture f, string tenant, int count, string name = "", int priority = 4)
    {
        for (var done = 0; done < count; done += 500)
        {
            var results = await For(f, tenant).SubmitAsync(
                [.. Enumerable.Range(done, Math.Min(500, count - done)).Select(i => f.Submission($"{name}{i}") with { Priority = priority })], default);
            Assert.All(results, result => Assert.Equal(SubmitOutcome.Accepted, result.Outcome));
        }
    }
}
