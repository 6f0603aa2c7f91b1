using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Executions under which processes die.</summary>
[Trait("Row", "X1")]
public sealed class SuspectTests
{
    [Fact]
    public async Task Suspects_TwoOnOneNode_RunOneAfterTheOther()
    {
        var tool = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        ExecutionId[] ids = [(await harness.SubmitAsync(TestAgents.Worker)).Id, (await harness.SubmitAsync(TestAgents.Worker)).Id];
        var node = harness.Node;
        for (var death = 0; death < 2; death++)
        {
            await harness.Model.Calls.NextAsync();
            await harness.Model.Calls.NextAsync();
            var next = await harness.AddNodeAsync();
            node.Kill();
            node = next;
            var again = harness.Model.Calls.Count;
            await harness.AdvanceUntilAsync(UntilAsync(() => harness.Model.Calls.Count > again), TimeSpan.FromMinutes(1));
        }

        // Both have died twice with their nodes: either may be the killer.
        var first = await harness.Model.Calls.NextAsync();
        var before = harness.Model.Calls.Count;
        await harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(before, harness.Model.Calls.Count);

        // A stored step clears the one that made it, and the other one's turn comes.
        first.FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("done");
        var other = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(other, TimeSpan.FromMinutes(1));
        (await other).Finish("done");
        foreach (var id in ids)
        {
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
