using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "O11")]
public sealed class ShutdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_CallTakesAsLongAsToolsMay_ItsResultIsStored()
    {
        var tool = new GatedTool("work", timeout: new ToolLimits().Timeout);
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        var call = await tool.Calls.NextAsync();

        var stopping = harness.Node.Engine.StopAsync(CancellationToken.None);
        await harness.AdvanceAsync(new ToolLimits().Timeout - TimeSpan.FromSeconds(1));
        Assert.False(call.Token.IsCancellationRequested);
        call.Succeed();
        await stopping.WaitAsync(EngineHarness.Patience, Token);

        var history = await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token);
        Assert.Null(Assert.Single(history.Select(static entry => entry.Payload).OfType<ToolFinished>()).Failure);
    }

    [Fact]
    public async Task StopAsync_HostHasNoPatienceLeft_HandsOverWithoutTheClock()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        await tool.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        using var impatient = new CancellationTokenSource();
        var stopping = harness.Node.Engine.StopAsync(impatient.Token);

        await impatient.CancelAsync();

        await stopping.WaitAsync(EngineHarness.Patience, Token);
        (await tool.Calls.NextAsync()).Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("done elsewhere");
        Assert.Equal("done elsewhere", (await other.Client.WaitAsync(record.Id, Token).WaitAsync(EngineHarness.Patience, Token)).Response);
    }

    [Fact]
    public async Task StopAsync_EndCannotBeTold_StopsAndTheSessionRunsOut()
    {
        await using var harness = await EngineHarness.StartAsync([new GatedTool("work")]);
        var other = await harness.AddNodeAsync();
        var record = await harness.SubmitAsync(TestAgents.Worker);
        await harness.Model.Calls.NextAsync();
        harness.Node.Store.RefusesEnd = true;
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();

        await harness.Node.Engine.StopAsync(impatient.Token).WaitAsync(EngineHarness.Patience, Token);

        await harness.AdvanceAsync(other.Engine.Options.SessionLength * 2);
        (await harness.Model.Calls.NextAsync()).Finish("done elsewhere");
        Assert.Equal("done elsewhere", (await other.Client.WaitAsync(record.Id, Token).WaitAsync(EngineHarness.Patience, Token)).Response);
    }
}
