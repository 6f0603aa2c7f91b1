using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>A deadline counts from acceptance: what keeps an execution from beginning does not keep it from ending in time.</summary>
[Trait("Row", "X10")]
public sealed class OverdueTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public enum Obstacle
    {
        TheThread,
        TheSlots,
        TheCap,
        AQuestion,
    }

    [Theory]
    [InlineData(Obstacle.TheThread)]
    [InlineData(Obstacle.TheSlots)]
    [InlineData(Obstacle.TheCap)]
    [InlineData(Obstacle.AQuestion)]
    public async Task Deadline_PassesInAQueue_EndsThereAndTheOtherGoesOn(Obstacle obstacle)
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxConcurrentExecutions = obstacle == Obstacle.TheSlots ? 1 : 100);
        if (obstacle == Obstacle.TheCap)
        {
            await harness.Store.For(TenantId.Default).SetShareAsync(new TenantShare(MaxRunning: 1), Token);
        }

        var first = await harness.SubmitAsync(obstacle == Obstacle.AQuestion ? TestAgents.Asking : TestAgents.Talker);
        var call = obstacle == Obstacle.AQuestion ? null : await harness.Model.Calls.NextAsync();
        if (call is null)
        {
            await harness.WaitAsync(first.Id);
        }

        var sharesThread = obstacle is Obstacle.TheThread or Obstacle.AQuestion;
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with
        {
            Thread = sharesThread ? first.Thread.Thread : null,
            WhenBusy = BusyStrategy.Enqueue,
            Timeout = s_timeout,
            DeliverTo = [new DeliveryTarget { Url = "test:end" }],
        });
        var deadline = harness.Time.GetUtcNow() + s_timeout;

        var end = harness.WaitAsync(second.Id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal((ExecutionStatus.TimedOut, "execution_timed_out"), ((await end).Record.Status, (await end).Record.Failure?.Code));
        Assert.InRange((await end).Record.EndedAt!.Value, deadline, deadline + TimeSpan.FromSeconds(15));
        var entries = await harness.Client.GetHistoryAsync(second.Thread.Thread, 1, 500, Token);
        Assert.Equal(deadline, Assert.Single(entries.Select(static entry => entry.Payload).OfType<ExecutionTimedOut>()).Deadline);
        var delivered = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(delivered);
        Assert.Equal(second.Id, (await delivered).Execution);
        Assert.Equal(obstacle == Obstacle.AQuestion ? ExecutionStatus.Interrupted : ExecutionStatus.Running, (await harness.Client.GetRecordAsync(first.Id, Token))!.Status);
        if (call is not null)
        {
            call.Finish("hello");
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(first.Id)).Record.Status);
        }

        Assert.Equal(call is null ? 0 : 1, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Deadline_OfOneThatIsHeld_CountsFromItsStart()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false, Timeout = s_timeout });
        await harness.AdvanceAsync(s_timeout * 3);
        Assert.Equal(ExecutionStatus.Pending, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);

        var started = (await harness.Client.StartAsync(record.Id, Token)).Value!;
        var deadline = harness.Time.GetUtcNow() + s_timeout;
        Assert.Equal(deadline, started.Deadline);
        await harness.Model.Calls.NextAsync();
        var end = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal(ExecutionStatus.TimedOut, (await end).Record.Status);
        Assert.InRange((await end).Record.EndedAt!.Value, deadline, deadline + TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Deadline_StartedBehindAFullNode_EndsThere()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var record = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false, Timeout = s_timeout });
        await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        await harness.Client.StartAsync(record.Id, Token);

        var end = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal(ExecutionStatus.TimedOut, (await end).Record.Status);
        Assert.Equal(1, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Deadline_AccepterIsDead_AnotherNodeEndsIt()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var node = await harness.AddNodeAsync();
        await harness.SubmitAsync(TestAgents.Talker);
        await node.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker), Token);
        await harness.Model.Calls.NextAsync();
        await harness.Model.Calls.NextAsync();
        var waiting = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Timeout = s_timeout });
        harness.Node.Kill();

        var end = harness.WaitAsync(waiting.Id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal(ExecutionStatus.TimedOut, (await end).Record.Status);
    }

    [Fact]
    public async Task Deadline_ManyAtOnce_AllEnd()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        var waiting = new List<ExecutionRecord>();
        for (var i = 0; i < 250; i++)
        {
            waiting.Add(await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Timeout = s_timeout }));
        }

        var ends = Task.WhenAll(waiting.Select(record => harness.WaitAsync(record.Id)));
        await harness.AdvanceUntilAsync(ends);

        Assert.All(await ends, static end => Assert.Equal(ExecutionStatus.TimedOut, end.Record.Status));
        Assert.Equal(1, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Deadline_CancelledBefore_IsCancelled()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        var waiting = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Timeout = s_timeout });

        Assert.True((await harness.Client.CancelAsync(waiting.Id, "changed my mind", Token)).IsDone);
        await harness.AdvanceAsync(s_timeout * 2);

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(waiting.Id)).Record.Status);
    }
}
