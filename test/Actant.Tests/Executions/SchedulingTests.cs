using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X10")]
public sealed class SchedulingTests
{
    [Fact]
    public async Task StartAsync_FirstLookForWork_ComesAfterItListens()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(id);

        // What ended here was taken by a look, or in its submission after one.
        await harness.Node.Engine.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(harness.Node.Store.LookedBeforeListening);
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task TakeAsync_TenantAtItsCap_LooksAgainWhenOneIsReleased()
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
}
