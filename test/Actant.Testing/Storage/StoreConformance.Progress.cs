using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Progress_OnAnotherNode_IsPublishedToTheNodeThatAccepted()
    {
        await using var f = await FixtureAsync();
        var (mine, other) = (await f.OpenAsync(), await f.OpenAsync());
        var began = await AcceptForAsync(f, mine, "began");
        var ended = await AcceptForAsync(f, mine, "ended");
        var asked = await AcceptForAsync(f, mine, "asked");
        var leases = await f.TakeAsync(other);
        if (await f.Store.FindHolderAsync(StoreFixture.Key("began"), default) is null)
            return; // One process owns the store: nobody waits elsewhere.

        await f.Tenant.SubmitAsync([f.Submission("again") with { AcceptedBy = mine }], default);
        var begins = await WakeupsAsync(f, async () => await f.TakeAsync(other));
        var ends = await WakeupsAsync(f, async () =>
        {
            await f.StoreAsync(f.End(leases.Single(lease => lease.Current!.Id == ended)));
            await f.StoreAsync(f.Append(leases.Single(lease => lease.Current!.Id == asked)) with
            {
                Executions = [new ExecutionChange { Execution = asked, Status = ExecutionStatus.Interrupted }],
            });
            await f.StoreAsync(f.Append(leases.Single(lease => lease.Current!.Id == began)));
        });

        Assert.Equal([StoreFixture.Key("again")], begins.Select(wakeup => wakeup.Thread!.Value));
        Assert.Equal([(StoreFixture.Key("ended"), ended), (StoreFixture.Key("asked"), asked)], ends.Select(wakeup => (wakeup.Thread!.Value, wakeup.Execution!.Value)));
    }

    [Fact]
    public async Task Progress_OnTheNodeThatAccepted_IsNotPublished()
    {
        await using var f = await FixtureAsync();
        var mine = await f.OpenAsync();

        var told = await WakeupsAsync(f, async () =>
        {
            await AcceptForAsync(f, mine, "t");
            await f.AcceptAsync("nobody");
            foreach (var lease in await f.TakeAsync(mine))
                await f.StoreAsync(f.End(lease));
        });

        Assert.Empty(told);
    }

    private static async Task<ExecutionId> AcceptForAsync(StoreFixture f, SessionId session, string thread) =>
        (await f.SubmitAsync(f.Submission(thread) with { AcceptedBy = session })).Execution!.Id;

    /// <summary>What is told of progress while something is done.</summary>
    private static async Task<List<Wakeup>> WakeupsAsync(StoreFixture f, Func<Task> work)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var wakeups = f.Store.WatchAsync(patience.Token);
        await work();

        // The end is marked by a wake-up of its own.
        var marker = $"marker {f.NextId()}";
        await f.StartAsync(await f.OpenAsync(), marker);
        await f.Tenant.DeleteThreadAsync(marker, default);
        var told = new List<Wakeup>();
        await foreach (var wakeup in wakeups)
        {
            if (wakeup.Kind == WakeupKind.Progressed)
                told.Add(wakeup);
            if (wakeup.Kind == WakeupKind.LeaseEnded)
                return told;
        }

        throw new TimeoutException("The store told nothing.");
    }
}
