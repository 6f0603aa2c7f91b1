using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task List_Executions_NewestFirstPageByPage()
    {
        await using var f = await FixtureAsync();
        var ids = new List<ExecutionId>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add(await f.AcceptAsync($"t{i}"));
            if (i % 2 == 0)
                f.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var read = new List<ExecutionId>();
        string? cursor = null;
        do
        {
            var page = await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), cursor, 3, default);
            Assert.InRange(page.Items.Count, 1, 3);
            read.AddRange(page.Items.Select(item => item.Id));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Reverse(ids), read);
    }

    [Fact]
    public async Task List_ExecutionsFiltered_OnlyThose()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var a = await f.AcceptAsync("a");
        var b = await f.AcceptAsync("b");
        var c = f.Submission("a") with { Agent = "other" };
        await f.SubmitAsync(c);
        await f.TakeAsync(session, 1, StoreFixture.Key("a"));

        Assert.Equal([c.Id, a], await ListAsync(new ExecutionFilter { Thread = "a" }));
        Assert.Equal([b, a], await ListAsync(new ExecutionFilter { Agent = "agent" }));
        Assert.Equal([c.Id, b], await ListAsync(new ExecutionFilter { Status = ExecutionStatus.Pending }));
        Assert.Equal([a], await ListAsync(new ExecutionFilter { Status = ExecutionStatus.Running }));
        Assert.Equal([c.Id], await ListAsync(new ExecutionFilter { Status = ExecutionStatus.Pending, Thread = "a", Agent = "other" }));
        Assert.Empty(await ListAsync(new ExecutionFilter { Thread = "none" }));

        async Task<IEnumerable<ExecutionId>> ListAsync(ExecutionFilter filter) =>
            (await f.Tenant.ListExecutionsAsync(filter, null, 10, default)).Items.Select(item => item.Id);
    }

    [Fact]
    public async Task List_Threads_MostRecentlyChangedFirst()
    {
        await using var f = await FixtureAsync();
        foreach (var thread in (string[])["a", "b", "c"])
        {
            await f.AcceptAsync(thread);
            f.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await f.SignalAsync("a", f.Signal(SignalKind.Stop, null));

        var first = await f.Tenant.ListThreadsAsync(null, 2, default);
        var second = await f.Tenant.ListThreadsAsync(first.Cursor, 2, default);

        Assert.Equal(["a", "c"], first.Items.Select(item => item.Thread.Thread));
        Assert.Equal(["b"], second.Items.Select(item => item.Thread.Thread));
        Assert.Null(second.Cursor);
        Assert.Equal(await f.Tenant.GetThreadAsync("a", default), first.Items[0]);
        Assert.Equal((ExecutionStatus.Pending, f.Clock.GetUtcNow()), (first.Items[0].Status, first.Items[0].UpdatedAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1-")]
    [InlineData("-1-1")]
    [InlineData("7fffffffffffffff-1")]
    [InlineData("1-1' OR 1=1")]
    public async Task List_ForeignCursor_IsRefused(string cursor)
    {
        await using var f = await FixtureAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), cursor, 1, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.ListThreadsAsync(cursor, 1, default));
    }

    [Fact]
    public async Task List_LimitOutOfRange_IsBroughtIn()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("a");
        await f.AcceptAsync("b");

        Assert.Single((await f.Tenant.ListThreadsAsync(null, -1, default)).Items);
        Assert.Equal(2, (await f.Tenant.ListThreadsAsync(null, int.MaxValue, default)).Items.Count);
    }
}
