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
}
