using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>Threads under which sessions end again and again; see <see cref="Quarantine"/>.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    [Trait("Row", "X1")]
    public async Task Quarantined_SmallerGroupsWithEachDeath_UntilEachIsAlone()
    {
        await using var f = await FixtureAsync();
        for (var i = 0; i < 20; i++)
            await f.AcceptAsync($"t{i:00}");

        // The first two deaths prove nothing.
        foreach (var group in new[] { 20, 20, 8, 4, 1, 1 })
        {
            await DieAsync(f, all: 20, group);
        }
    }

    [Fact]
    public async Task Quarantined_EachSessionHasItsGroup_AndAStepMakesRoom()
    {
        await using var f = await FixtureAsync();
        for (var i = 0; i < 20; i++)
            await f.AcceptAsync($"t{i:00}");
        await DieAsync(f, 20, 20);
        await DieAsync(f, 20, 20);
        var (one, two) = (await f.OpenAsync(), await f.OpenAsync());

        var first = await f.TakeAsync(one, 100);
        Assert.Equal(8, first.Count);
        Assert.Equal(8, (await f.TakeAsync(two, 100)).Count);
        Assert.Empty(await f.TakeAsync(one, 100));
        await f.StoreAsync(f.Append(first[0]) with { IsStep = true });
        await f.StoreAsync(f.End(first[1]) with { IsStep = true });

        Assert.Equal(2, (await f.TakeAsync(one, 100)).Count);
        await f.AcceptAsync("innocent");
        Assert.Equal("innocent", (await f.TakeOneAsync(one)).Thread.Thread);
    }

    [Fact]
    public async Task Quarantined_FirstComeFirst_NonePassesTheOneThatMustBeAlone()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("old");
        for (var death = 0; death < 4; death++)
            await DieAsync(f, 1, 1);
        await f.AcceptAsync("young");
        var holder = await f.OpenAsync();
        Assert.Single(await f.TakeAsync(holder, 1, StoreFixture.Key("young")));
        f.Clock.Advance(StoreFixture.SessionLength);
        holder = await f.OpenAsync();
        Assert.Single(await f.TakeAsync(holder, 1, StoreFixture.Key("young")));
        f.Clock.Advance(StoreFixture.SessionLength);
        holder = await f.OpenAsync();
        Assert.Single(await f.TakeAsync(holder, 1, StoreFixture.Key("young")));

        // One quarantined thread is here: the old one, which must be alone, waits for its own turn.
        Assert.Empty(await f.TakeAsync(holder));
        Assert.Empty(await f.TakeAsync(holder, 1, StoreFixture.Key("old")));
        Assert.Equal("old", (await f.TakeOneAsync(await f.OpenAsync())).Thread.Thread);
    }

    [Fact]
    public async Task Quarantined_ThatWait_SayHowManyDied()
    {
        await using var f = await FixtureAsync();
        var first = await f.AcceptAsync("a");
        var second = await f.AcceptAsync("b");
        await DieAsync(f, 2, 2);
        Assert.Null(await f.Tenant.FindWaitAsync(second, default));
        foreach (var group in new[] { 2, 2, 2 })
            await DieAsync(f, 2, group);
        var holder = await f.OpenAsync();
        Assert.Equal("a", (await f.TakeOneAsync(holder)).Thread.Thread);

        var wait = (await f.Tenant.FindWaitAsync(second, default))!;
        Assert.Equal((4, 0, 1), (wait.Deaths, wait.Ahead, wait.Running));
        Assert.Null(await f.Tenant.FindWaitAsync(first, default));
        Assert.Null(await For(f, "other").FindWaitAsync(second, default));
    }

    [Fact]
    public async Task Quarantined_ThatOnlyEnd_AreLetInAtOnce()
    {
        await using var f = await FixtureAsync();
        foreach (var thread in new[] { "a", "b", "cancelled", "late" })
        {
            var deadline = thread == "late" ? f.Clock.GetUtcNow() + (StoreFixture.SessionLength * 5) : (DateTimeOffset?)null;
            await f.SubmitAsync(f.Submission(thread) with { Deadline = deadline });
        }

        foreach (var group in new[] { 4, 4, 4, 4 })
            await DieAsync(f, 4, group);
        var session = await f.OpenAsync();
        var held = await f.TakeOneAsync(session);
        Assert.Equal("a", held.Thread.Thread);

        await f.SignalAsync("cancelled", f.Signal(SignalKind.Cancel, (await f.Tenant.GetThreadAsync("cancelled", default))!.Current));
        Assert.Equal("cancelled", (await f.TakeOneAsync(session)).Thread.Thread);
        f.Clock.Advance(StoreFixture.SessionLength - TimeSpan.FromSeconds(1));
        await f.Store.RenewAsync(session, default);
        f.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("late", (await f.TakeOneAsync(session)).Thread.Thread);
        Assert.Empty(await f.TakeAsync(session));
    }

    [Fact]
    public async Task DiedAlone_OnlyWhatNothingAsSuspiciousShared_Counts()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("a");
        await f.AcceptAsync("b");
        for (var death = 0; death < 4; death++)
            Assert.All(await DieAsync(f, 2, 2), lease => Assert.Equal((death, 0), (lease.Crashes, lease.DiedAlone)));

        // From now on alone, beside innocents.
        var session = await f.OpenAsync();
        await f.AcceptAsync("innocent");
        var leases = await f.TakeAsync(session);
        Assert.Equal([("a", 4, 0), ("innocent", 0, 0)], leases.Select(lease => (lease.Thread.Thread, lease.Crashes, lease.DiedAlone)));
        f.Clock.Advance(StoreFixture.SessionLength);
        session = await f.OpenAsync();
        Assert.Equal([("a", 5, 1), ("innocent", 1, 0)], (await f.TakeAsync(session)).Select(lease => (lease.Thread.Thread, lease.Crashes, lease.DiedAlone)));

        // Enough of them: it waits no more.
        f.Clock.Advance(StoreFixture.SessionLength);
        session = await f.OpenAsync();
        var told = await f.Store.TakeAsync(f.TakeFor(session) with { MaxDeaths = 2 }, default);
        var a = told.Threads.Single(lease => lease.Thread.Thread == "a");
        Assert.Equal((6, 2), (a.Crashes, a.DiedAlone));

        // Its end is held against nobody.
        await f.StoreAsync(f.End(a) with { IsStep = true });
        await f.AcceptAsync("a");
        Assert.Contains((0, 0), (await f.TakeAsync(session)).Where(lease => lease.Thread.Thread == "a").Select(lease => (lease.Crashes, lease.DiedAlone)));
    }

    [Fact]
    public async Task DiedAlone_AloneOnItsNode_CountsFromTheFirstTime()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        for (var death = 0; death < 6; death++)
        {
            var lease = Assert.Single(await DieAsync(f, 1, 1));
            Assert.Equal((death, death), (lease.Crashes, lease.DiedAlone));
        }
    }

    /// <summary>Sessions take all, each as much as it gets, and all of them end unreleased.</summary>
    private static async Task<IReadOnlyList<TakenThread>> DieAsync(StoreFixture f, int all, int group)
    {
        var taken = new List<TakenThread>();
        while (taken.Count < all)
        {
            var session = await f.OpenAsync();
            var leases = await f.TakeAsync(session, 100);
            Assert.Equal(Math.Min(group, all - taken.Count), leases.Count);
            taken.AddRange(leases);
        }

        f.Clock.Advance(StoreFixture.SessionLength);
        return taken;
    }
}
