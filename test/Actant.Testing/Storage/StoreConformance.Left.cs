using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>Threads that a node gave back for want of something.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    [Trait("Row", "X1")]
    public async Task Left_ForWantOfSomething_IsGivenToWhoHasAllOfIt()
    {
        await using var f = await FixtureAsync();
        var poor = await f.OpenAsync();
        var half = await OpenWithAsync(f, "tool:a");
        var lease = await f.StartAsync(poor, "t");
        await f.StoreAsync(Leave(f, lease, "tool:b", "tool:a"));

        Assert.Empty(await f.TakeAsync(poor));
        Assert.Empty(await f.TakeAsync(poor, 1, lease.Thread));
        Assert.Empty(await f.TakeAsync(half));
        var wait = await f.Tenant.FindWaitAsync(lease.Current!.Id, default);
        Assert.Equal(["tool:a", "tool:b"], wait!.Needs.Order());
        Assert.Equal(ExecutionStatus.Running, (await f.GetAsync(lease.Current.Id)).Status);

        var able = await OpenWithAsync(f, "tool:c", "tool:b", "tool:a");
        Assert.True((await f.Store.RenewAsync(able, default))!.WorkIsReady);
        var taken = await f.TakeOneAsync(able);
        Assert.Equal((lease.Thread, lease.Epoch + 1, 0), (taken.Thread, taken.Epoch, taken.Crashes));
        Assert.Null(await f.Tenant.FindWaitAsync(lease.Current.Id, default));

        // It needs nothing any more.
        await f.StoreAsync(f.Append(taken) with { Lease = LeaseChange.Sleep });
        Assert.Empty(await f.TakeAsync(able));
        Assert.Null(await f.Tenant.FindWaitAsync(lease.Current.Id, default));
    }

    [Fact]
    public async Task Left_Signalled_IsGivenToAnybody()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(Leave(f, lease, "tool:a"));

        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current!.Id));

        Assert.Equal(lease.Thread, Assert.Single(await f.TakeAsync(session, 1, lease.Thread)).Thread);
    }

    [Fact]
    public async Task Left_WithUnseenSignal_IsReadyForAnybodyAtOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current!.Id));

        await f.StoreAsync(Leave(f, lease, "tool:a"));

        await f.TakeOneAsync(session);
    }

    [Fact]
    public async Task Left_UntilDue_IsGivenToAnybodyThen()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(Leave(f, lease, "tool:a") with { Due = f.Clock.GetUtcNow().AddSeconds(60) });

        f.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await f.TakeAsync(session));
        f.Clock.Advance(TimeSpan.FromSeconds(1));

        await f.TakeOneAsync(session);
    }

    [Fact]
    public async Task Left_BesideReadyOnes_ComesFirstAndKeepsToTheCap()
    {
        await using var f = await FixtureAsync();
        var session = await OpenWithAsync(f, "tool:a");
        var other = For(f, "other");
        foreach (var thread in new[] { "one", "two", "three" })
            await f.StoreAsync(Leave(f, await f.StartAsync(session, thread), "tool:a"));
        await f.Tenant.SetShareAsync(new TenantShare(1, MaxRunning: 2), default);
        await f.AcceptAsync("ready");
        await other.SubmitAsync([f.Submission("others")], default);

        var first = await f.Store.TakeAsync(f.TakeFor(session), default);

        Assert.Equal(["one", "two", "others"], first.Threads.Select(lease => lease.Thread.Thread));
        Assert.Equal(3, first.Threads.Select(lease => lease.Taken.Id).Distinct().Count());
        Assert.Equal([TenantId.Default], first.Capped);

        await f.StoreAsync(f.End(first.Threads[0]));
        Assert.Equal("three", (await f.TakeOneAsync(session)).Thread.Thread);
    }

    [Fact]
    public async Task Left_OfSeveralWants_EachGoesToItsNode()
    {
        await using var f = await FixtureAsync();
        var (a, b) = (await OpenWithAsync(f, "tool:a"), await OpenWithAsync(f, "tool:b"));
        for (var i = 0; i < 6; i++)
            await f.StoreAsync(Leave(f, await f.StartAsync(a, $"t{i}"), i % 2 == 0 ? "tool:a" : "tool:b"));

        Assert.Equal(["t1", "t3"], (await f.TakeAsync(b, max: 2)).Select(lease => lease.Thread.Thread));
        Assert.Equal(["t0", "t2", "t4"], (await f.TakeAsync(a)).Select(lease => lease.Thread.Thread));
        Assert.Equal(["t5"], (await f.TakeAsync(b)).Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Left_Malformed_IsRefused()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");

        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(Leave(f, lease, "two\nlines")));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(Leave(f, lease, "tool:a") with { Lease = LeaseChange.Release }));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(Leave(f, lease, [.. Enumerable.Range(0, 9).Select(i => $"tool:{i}")])));
        await Assert.ThrowsAsync<ArgumentException>(() => OpenWithAsync(f, ""));
    }

    private static AppendRequest Leave(StoreFixture f, TakenThread lease, params string[] needs) =>
        f.Append(lease) with { Entries = [], Lease = LeaseChange.Sleep, Needs = needs };

    private static async Task<SessionId> OpenWithAsync(StoreFixture f, params string[] capabilities) =>
        (await f.Store.OpenSessionAsync(new OpenSession("node", StoreFixture.SessionLength) { Capabilities = capabilities }, default)).Id;
}
