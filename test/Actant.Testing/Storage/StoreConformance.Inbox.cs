using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task ReadInbox_ManyInputsBehindAnOpenExecution_ReadsWhatSteersItOnly()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.Append(lease) with { Consumed = [1], Executions = [Begun(lease)] });
        await EnqueueAsync(f, 1100);
        await f.SignalAsync("t", f.Signal(SignalKind.Decision, lease.Current!.Id, "answer"));
        await EnqueueAsync(f, 3);
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current.Id, "cancel"));

        var page = await f.Store.ReadInboxAsync(lease.Thread, 0, default);

        Assert.Equal([SignalKind.Decision, SignalKind.Cancel], page.Signals.Select(signal => signal.Kind));
        Assert.Equal([1102, 1106], page.Signals.Select(signal => signal.Number));
        Assert.Equal((1106, false), (page.SignalNumber, page.IsMore));
    }

    [Fact]
    public async Task ReadInbox_ExecutionThatMayBegin_ReadsItsInputInOrder()
    {
        await using var f = await FixtureAsync();
        await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, "none"));
        var held = f.Submission("t", input: "held") with { Held = true };
        await f.SubmitAsync(held);
        await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, "before"));
        var first = f.Submission("t", input: "first");
        await f.SubmitAsync(first);
        await f.AcceptAsync("t");
        await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, "after"));

        var signals = await f.ReadInboxAsync();

        Assert.Equal(["before", $"input:{first.Id}", "after"], signals.Select(signal => signal.Key));
        Assert.Equal("first"u8.ToArray(), signals[1].Body.ToArray());
        Assert.Equal([5], (await f.Store.ReadInboxAsync(StoreFixture.Key("t"), 3, default)).Signals.Select(signal => signal.Number));
    }

    [Fact]
    public async Task ReadInbox_MoreThanAPage_GoesOnBehindIt()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        await f.SignalAsync("t", [.. Enumerable.Range(0, 999).Select(number => f.Signal(SignalKind.StateUpdate, null, $"k{number}"))]);
        await f.SignalAsync("t", f.Signal(SignalKind.Stop, null, "last"));

        var first = await f.Store.ReadInboxAsync(StoreFixture.Key("t"), 0, default);
        var second = await f.Store.ReadInboxAsync(StoreFixture.Key("t"), first.Signals[^1].Number, default);

        Assert.Equal((1000, true), (first.Signals.Count, first.IsMore));
        Assert.Equal(["last"], second.Signals.Select(signal => signal.Key));
        Assert.Equal((1001, false), (second.SignalNumber, second.IsMore));
        Assert.Equal((0, 1001, false), Show(await f.Store.ReadInboxAsync(StoreFixture.Key("t"), long.MaxValue, default)));
        Assert.Equal((0, 0, false), Show(await f.Store.ReadInboxAsync(StoreFixture.Key("none"), 0, default)));

        static (int, long, bool) Show(InboxPage page) => (page.Signals.Count, page.SignalNumber, page.IsMore);
    }

    [Fact]
    public async Task ReadInbox_LargeBodies_ComeInSeveralPages()
    {
        await using var f = await FixtureAsync();
        await f.AcceptAsync("t");
        var body = new byte[3 * 1024 * 1024];
        foreach (var key in (string[])["one", "two", "three"])
        {
            await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, key) with { Body = body });
        }

        var first = await f.Store.ReadInboxAsync(StoreFixture.Key("t"), 0, default);

        Assert.Equal(["one", "two"], first.Signals.Skip(1).Select(signal => signal.Key));
        Assert.True(first.IsMore);
        Assert.Equal(["one", "two", "three"], (await f.ReadInboxAsync()).Skip(1).Select(signal => signal.Key));
    }

    [Fact]
    public async Task ReadInbox_CancelAndStop_SayWhatTheyAreFor()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var waiting = await f.AcceptAsync("t");
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, waiting, "cancel"), f.Signal(SignalKind.Stop, waiting, "stop"), f.Signal(SignalKind.Decision, waiting, "answer"));

        var signals = (await f.ReadInboxAsync()).Skip(1).ToList();

        var record = await f.GetAsync(waiting);
        Assert.Equal([record, record, null], signals.Select(signal => signal.Target));
        Assert.NotEqual(lease.Current!.Id, waiting);
    }

    [Theory]
    [InlineData(BusyStrategy.Interrupt)]
    [InlineData(BusyStrategy.Rollback)]
    public async Task Submit_Displacing_GoesBeforeThoseThatWait(BusyStrategy strategy)
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var waiting = await f.AcceptAsync("t");
        var (first, second) = (f.Submission("t") with { WhenBusy = strategy }, f.Submission("t") with { WhenBusy = strategy });
        await f.SubmitAsync(first);
        await f.StoreAsync(f.End(lease) with { SeenSignal = 4, Consumed = [1, 4] });
        await f.SubmitAsync(second);

        foreach (var expected in (ExecutionId[])[second.Id, first.Id, waiting])
        {
            var next = await f.TakeOneAsync(session);
            Assert.Equal(expected, next.Current!.Id);
            Assert.Equal(expected, Assert.Single(await f.ReadInboxAsync()).Execution);
            await f.StoreAsync(f.End(next));
        }

        Assert.Empty(await f.TakeAsync(session));
    }

    [Fact]
    public async Task Append_EndOfAnExecutionThatNeverBegan_TakesItsInputOff()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var (second, third) = (await f.AcceptAsync("t"), await f.AcceptAsync("t"));

        await f.StoreAsync(f.End(lease) with
        {
            SeenSignal = 3,
            Executions =
            [
                new ExecutionChange { Execution = second, Status = ExecutionStatus.Cancelled },
                new ExecutionChange { Execution = lease.Current!.Id, Status = ExecutionStatus.Failed },
            ],
        });

        var next = await f.TakeOneAsync(session);
        Assert.Equal(third, next.Current!.Id);
        Assert.Equal([3], (await f.ReadInboxAsync()).Select(signal => signal.Number));
        await f.StoreAsync(f.End(next));
        Assert.Empty(await f.TakeAsync(session));
        Assert.Empty(await f.ReadInboxAsync());
    }

    [Fact]
    public async Task Append_SignalsConsumedOutOfOrder_OthersStay()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.SignalAsync("t", [.. Enumerable.Range(2, 6).Select(number => f.Signal(SignalKind.StateUpdate, null, $"k{number}", $"b{number}"))]);

        await f.StoreAsync(f.Append(lease) with { Consumed = [4, 6, 4], SeenSignal = 7 });
        Assert.Equal([1, 2, 3, 5, 7], (await f.ReadInboxAsync()).Select(signal => signal.Number));
        await f.StoreAsync(f.Append(lease, 1) with { Consumed = [1, 2, 5, 6], SeenSignal = 7 });
        Assert.Equal([3, 7], (await f.ReadInboxAsync()).Select(signal => signal.Number));
        await f.StoreAsync(f.Append(lease, 2) with { Consumed = [7, 3], SeenSignal = 7 });

        Assert.Empty(await f.ReadInboxAsync());
        Assert.Equal(SignalOutcome.Replayed, (await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, "k4", "b4"))).Outcome);
        Assert.Equal(SignalOutcome.KeyConflict, (await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null, "k4", "b5"))).Outcome);
    }

    private static ExecutionChange Begun(TakenThread lease) =>
        new() { Execution = lease.Current!.Id, Status = ExecutionStatus.Running, StartPosition = lease.Taken.Position + 1 };

    private static async Task EnqueueAsync(StoreFixture f, int count)
    {
        for (var done = 0; done < count; done += 1000)
        {
            await f.Tenant.SubmitAsync([.. Enumerable.Range(0, Math.Min(count - done, 1000)).Select(_ => f.Submission("t"))], default);
        }
    }
}
