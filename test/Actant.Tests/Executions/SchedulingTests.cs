using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X10")]
public sealed class SchedulingTests
{
    [Fact]
    public async Task StartAsync_FirstPollForWork_ComesAfterItListens()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(id);

        // What ended here was taken by a poll, or in its submission after one.
        await harness.Node.Engine.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(harness.Node.Store.PolledBeforeListening);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task TakeAsync_TenantAtItsCap_PollsAgainWhenOneIsReleased()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.Store.For(TenantId.Default).SetShareAsync(new TenantShare(MaxRunning: 1), TestContext.Current.CancellationToken);
        var ids = new[] { (await harness.SubmitAsync(TestAgents.Talker)).Id, (await harness.SubmitAsync(TestAgents.Talker)).Id };
        var first = await harness.Model.Calls.NextAsync();
        Assert.False(harness.Model.Calls.TryTake());

        // No heartbeat comes: the clock stands.
        first.Finish("one");
        (await harness.Model.Calls.NextAsync()).Finish("two");

        foreach (var id in ids)
            await harness.WaitAsync(id);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task TakeAsync_Contended_ComesAgainAfterSomeMilliseconds()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        await harness.SubmitAsync(TestAgents.Talker);
        var first = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker);
        harness.Node.Store.Contentions = 3;
        var start = harness.Time.GetUtcNow();

        first.Finish("one");
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);

        // At least a millisecond each; on a busy machine the clock may have run ahead of the engine.
        Assert.True(harness.Time.GetUtcNow() - start >= TimeSpan.FromMilliseconds(3));
        Assert.Equal(0, harness.Node.Store.Contentions);
        (await next).Finish("two");
        await harness.WaitAsync(second.Id);
    }

    [Fact]
    public async Task Resume_MoreThanThereAreSlots_KeepsToThem()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 2);
        var ids = new List<ExecutionId>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add((await harness.SubmitAsync(TestAgents.Asking)).Id);
            await harness.WaitAsync(ids[i]);
        }

        foreach (var id in ids)
        {
            Assert.True((await harness.Client.ResumeAsync(id, new ResumeRequest { Answer = System.Text.Json.JsonElement.Parse("true") }, TestContext.Current.CancellationToken)).IsDone);
        }

        var calls = new Queue<ModelCall>([await harness.Model.Calls.NextAsync(), await harness.Model.Calls.NextAsync()]);
        await harness.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, harness.Model.Calls.Count);
        for (var i = 2; i < 6; i++)
        {
            calls.Dequeue().Finish("done");
            calls.Enqueue(await harness.Model.Calls.NextAsync());
            Assert.Equal(i + 1, harness.Model.Calls.Count);
        }

        while (calls.TryDequeue(out var call))
        {
            call.Finish("done");
        }

        foreach (var id in ids)
        {
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        }
    }

    [Fact]
    public async Task Cancel_NoSlotIsFree_IsCarriedOutAllTheSame()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var asking = await harness.SubmitAsync(TestAgents.Asking);
        await harness.WaitAsync(asking.Id);
        await harness.SubmitAsync(TestAgents.Talker);
        var running = await harness.Model.Calls.NextAsync();

        Assert.True((await harness.Client.CancelAsync(asking.Id, "enough", TestContext.Current.CancellationToken)).IsDone);

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(asking.Id)).Record.Status);
        running.Finish("done");
    }
}
