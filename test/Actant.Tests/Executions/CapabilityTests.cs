using Actant.Executions;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Nodes of one store that have different tools and providers.</summary>
[Trait("Row", "X1")]
[Trait("Row", "F3")]
public sealed class CapabilityTests
{
    private const string AskingForWork = """
        name: asking
        nodes:
          - {name: ask, type: human, prompt: May I?}
          - {name: work, type: tool, tool: work}
        edges:
          - {from: ask, to: work}
        """;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resumed_AtANodeWithoutTheTool_GoesOnWhereThereIsOne()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var without = await harness.AddNodeAsync(tools: []);
        var id = (await harness.SubmitAsync(AskingForWork)).Id;
        await harness.WaitAsync(id);
        await harness.Node.Engine.StopAsync(Token);

        Assert.True((await without.Client.ResumeAsync(id, new ResumeRequest { Answer = Json("true") }, Token)).IsDone);
        await UntilLeftAsync(without, id);
        Assert.Equal(["tool:work"], (await without.Client.FindWaitAsync(id, Token))!.Needs);

        // It is not taken again, and the node does other work meanwhile.
        var takes = without.Store.Takes.Count;
        await harness.AdvanceAsync(s_long);
        Assert.Equal(takes, without.Store.Takes.Count);
        Assert.Equal(ExecutionStatus.Running, (await without.Client.GetRecordAsync(id, Token))!.Status);

        var with = await harness.AddNodeAsync();
        var ended = with.Client.WaitAsync(id, Token);
        await harness.AdvanceUntilAsync(ended, s_long);
        Assert.Equal(ExecutionStatus.Completed, (await ended).Record.Status);
        Assert.Equal(id, (await with.Store.Takes.NextAsync()).Current!.Id);
        Assert.Null(await without.Client.FindWaitAsync(id, Token));
    }

    [Fact]
    public async Task NotBegun_AtANodeWithoutTheProvider_BeginsWhereThereIsOne()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.Node.Engine.StopAsync(Token);
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var without = await harness.AddNodeAsync(hasModel: false);
        await UntilLeftAsync(without, id);

        Assert.Equal(["provider:gated"], (await without.Client.FindWaitAsync(id, Token))!.Needs);

        var with = await harness.AddNodeAsync();
        var asked = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asked, s_long);
        (await asked).Finish("done");
        Assert.Equal(ExecutionStatus.Completed, (await with.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token)).Record.Status);
    }

    [Fact]
    public async Task Left_Cancelled_EndsAtANodeThatCannotRunIt()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var (without, id) = await LeaveAsync(harness);

        Assert.True((await without.Client.CancelAsync(id, "enough", Token)).IsDone);

        Assert.Equal(ExecutionStatus.Cancelled, (await without.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token)).Record.Status);
    }

    [Fact]
    public async Task Left_Deleted_IsGone()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var (without, id) = await LeaveAsync(harness);
        var thread = (await without.Client.GetRecordAsync(id, Token))!.Thread.Thread;

        Assert.True(await without.Client.DeleteThreadAsync(thread, Token));

        await harness.AddNodeAsync();
        await harness.AdvanceAsync(s_long);
        Assert.Null(await without.Client.GetRecordAsync(id, Token));
    }

    [Fact]
    public async Task Left_DeadlinePasses_EndsAtANodeThatCannotRunIt()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var (without, id) = await LeaveAsync(harness, request => request with { Timeout = TimeSpan.FromMinutes(5) });

        var ended = without.Client.WaitAsync(id, Token);
        await harness.AdvanceUntilAsync(ended, TimeSpan.FromMinutes(10));

        Assert.Equal(ExecutionStatus.TimedOut, (await ended).Record.Status);
    }

    [Fact]
    public async Task Left_ManyOfThem_HoldNoSlot()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()], options => options.MaxConcurrentExecutions = 1);
        var (without, _) = await LeaveAsync(harness);

        var own = await without.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker), Token);
        Assert.True(own.IsDone);
        (await harness.Model.Calls.NextAsync()).Finish("done");

        Assert.Equal(ExecutionStatus.Completed, (await without.Client.WaitAsync(own.Value.Id, Token).WaitAsync(EngineHarness.Patience, Token)).Record.Status);
    }

    private static GatedTool Tool() => new("work", ToolClass.Pure) { Responds = static call => call.Succeed() };

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonElement.Parse(text);

    /// <summary>An execution that the only node left cannot run.</summary>
    private static async Task<(EngineNode Without, ExecutionId Id)> LeaveAsync(EngineHarness harness, Func<SubmitRequest, SubmitRequest>? change = null)
    {
        var without = await harness.AddNodeAsync(tools: []);
        var id = (await harness.SubmitAsync(AskingForWork, change: change)).Id;
        await harness.WaitAsync(id);
        await harness.Node.Engine.StopAsync(Token);
        await without.Client.ResumeAsync(id, new ResumeRequest { Answer = Json("true") }, Token);
        await UntilLeftAsync(without, id);
        return (without, id);
    }

    private static async Task UntilLeftAsync(EngineNode node, ExecutionId id)
    {
        while (await node.Client.FindWaitAsync(id, Token) is not { Needs.Count: > 0 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
        }
    }
}
