using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>What must work where the row of one of two executions is damaged.</summary>
public static class DamagedRows
{
    public static async Task VerifyAsync(StoreFixture f, ExecutionId bad, ExecutionId good)
    {
        Assert.Equal([good, bad], (await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), null, 10, default)).Items.Select(record => record.Id));
        Assert.Equal(2, (await f.Tenant.ListThreadsAsync(null, 10, default)).Items.Count);
        Assert.NotNull(await f.Tenant.GetExecutionAsync(bad, default));
        var session = await f.OpenAsync();
        var taken = await f.TakeAsync(session);
        Assert.Equal([bad, good], taken.Select(thread => thread.Current!.Id));
        Assert.Equal(SignalOutcome.Stored, (await f.SignalAsync("bad", f.Signal(SignalKind.Cancel, bad))).Outcome);
        Assert.Single(await f.ReadInboxAsync("good"));
        Assert.Equal(2, (await f.ReadInboxAsync("bad")).Count);
        await f.StoreAsync(f.End(taken[1]));
        Assert.True(await f.Tenant.DeleteThreadAsync("bad", default));
        Assert.Equal(good, Assert.Single((await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), null, 10, default)).Items).Id);
    }
}
