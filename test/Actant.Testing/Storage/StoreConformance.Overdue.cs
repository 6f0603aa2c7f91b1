using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Overdue_WhatWaits_IsListedByDeadlineWhenItHasPassed()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var now = f.Clock.GetUtcNow();
        var later = await AcceptUntilAsync(f, "later", now.AddSeconds(9));
        var first = await AcceptUntilAsync(f, "first", now.AddSeconds(3));
        await AcceptUntilAsync(f, "other", null);

        Assert.Equal(now.AddSeconds(3), (await f.Store.RenewAsync(session, default))!.NextDeadline);
        Assert.Empty(await f.Store.ListOverdueAsync(10, default));
        f.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([new OverdueExecution(StoreFixture.Key("first"), first, now.AddSeconds(3))], await f.Store.ListOverdueAsync(10, default));
        f.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([first, later], (await f.Store.ListOverdueAsync(10, default)).Select(static overdue => overdue.Execution));
        Assert.Equal([first], (await f.Store.ListOverdueAsync(1, default)).Select(static overdue => overdue.Execution));
    }

    [Fact]
    public async Task Overdue_Held_CountsFromItsStart()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var now = f.Clock.GetUtcNow();
        var held = (await f.SubmitAsync(f.Submission("held") with { Deadline = now.AddSeconds(5), Held = true })).Execution!.Id;
        f.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Null((await f.Store.RenewAsync(session, default))!.NextDeadline);
        Assert.Empty(await f.Store.ListOverdueAsync(10, default));
        Assert.True(await f.Tenant.StartAsync(held, null, default));

        Assert.Equal(now.AddSeconds(14), (await f.Tenant.GetExecutionAsync(held, default))!.Deadline);
        Assert.Equal(now.AddSeconds(14), (await f.Store.RenewAsync(session, default))!.NextDeadline);
        Assert.Empty(await f.Store.ListOverdueAsync(10, default));
        f.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([new OverdueExecution(StoreFixture.Key("held"), held, now.AddSeconds(14))], await f.Store.ListOverdueAsync(10, default));
    }

    [Fact]
    public async Task Overdue_BehindOneThatRuns_IsListed()
    {
        await using var f = await FixtureAsync();
        var now = f.Clock.GetUtcNow();
        await f.SubmitAsync(f.Submission("t") with { Deadline = now.AddSeconds(1) });
        await f.TakeOneAsync(await f.OpenAsync(TimeSpan.FromHours(1)));
        var second = await AcceptUntilAsync(f, "t", now.AddSeconds(2));
        f.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([second], (await f.Store.ListOverdueAsync(10, default)).Select(static overdue => overdue.Execution));
    }

    [Fact]
    public async Task Overdue_BegunEndedCancelledOrDeleted_IsNotListed()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var until = f.Clock.GetUtcNow().AddSeconds(1);
        await AcceptUntilAsync(f, "begun", until);
        await f.TakeOneAsync(session);
        await AcceptUntilAsync(f, "ended", until);
        await f.StoreAsync(f.End(await f.TakeOneAsync(session)));
        var cancelled = await AcceptUntilAsync(f, "cancelled", until);
        await f.SignalAsync("cancelled", f.Signal(SignalKind.Cancel, cancelled));
        await AcceptUntilAsync(f, "deleted", until);
        await f.Tenant.DeleteThreadAsync("deleted", default);
        f.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(await f.Store.ListOverdueAsync(10, default));
        Assert.Null((await f.Store.RenewAsync(session, default))!.NextDeadline);
    }

    private static async Task<ExecutionId> AcceptUntilAsync(StoreFixture f, string thread, DateTimeOffset? deadline) =>
        (await f.SubmitAsync(f.Submission(thread) with { Deadline = deadline })).Execution!.Id;
}
