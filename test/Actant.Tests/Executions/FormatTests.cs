using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>A node of this release beside one of the next, which writes entries that this one cannot read.</summary>
[Trait("Row", "X1")]
[Trait("Row", "F3")]
public sealed class FormatTests
{
    private const int Newer = EntryCodec.Format + 1;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OlderNode_EntriesOfANewerOne_AreLeftUntilANewerOneIsThere()
    {
        await using var harness = await StartNewerAsync();
        var newer = harness.Node;
        var (id, _) = await RunAStepAsync(harness);
        var older = await harness.AddNodeAsync();
        newer.Kill();

        // The session ends; the older one looks, and works on with what is its own.
        await harness.AdvanceAsync(s_long);
        Assert.False(older.Store.Takes.TryTake());
        var own = await SubmitAsync(older, TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("own");
        await harness.WaitAsync(own);
        Assert.Equal(ExecutionStatus.Running, (await older.Client.GetRecordAsync(id, Token))!.Status);

        var next = await harness.AddNodeAsync(format: Newer);
        await FinishAsync(harness);
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        Assert.Equal(id, (await next.Store.Takes.NextAsync()).Current!.Id);
    }

    [Fact]
    public async Task OlderNode_CancelsWhatANewerOneRan_IsCarriedOutByTheNextNewerOne()
    {
        await using var harness = await StartNewerAsync();
        var newer = harness.Node;
        var (id, _) = await RunAStepAsync(harness);
        var older = await harness.AddNodeAsync();
        newer.Kill();
        await harness.AdvanceAsync(s_long);

        Assert.True((await older.Client.CancelAsync(id, "enough", Token)).IsDone);
        await harness.AdvanceAsync(s_long);
        Assert.Equal(ExecutionStatus.Running, (await older.Client.GetRecordAsync(id, Token))!.Status);

        Assert.False(older.Store.Takes.TryTake());

        await harness.AddNodeAsync(format: Newer);
        var ended = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(ended, s_long);
        Assert.Equal(ExecutionStatus.Cancelled, (await ended).Record.Status);
    }

    [Fact]
    public async Task NewerNode_EntriesOfAnOlderOne_GoOnThere()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var older = harness.Node;
        var (id, _) = await RunAStepAsync(harness);
        var newer = await harness.AddNodeAsync(format: Newer);
        older.Kill();

        await FinishAsync(harness);

        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        Assert.Equal(id, (await newer.Store.Takes.NextAsync()).Current!.Id);
    }

    [Fact]
    public async Task OlderNode_NextInputOnAThreadOfANewerOne_WaitsForTheNewerOne()
    {
        await using var harness = await StartNewerAsync();
        var newer = harness.Node;
        var (first, question) = await RunAStepAsync(harness, thread: "talk");
        var older = await harness.AddNodeAsync();
        question.Finish("done");
        await harness.WaitAsync(first);
        newer.Kill();
        await harness.AdvanceAsync(s_long);

        var second = await SubmitAsync(older, TestAgents.Talker, "talk");
        await harness.AdvanceAsync(s_long);
        Assert.Equal(ExecutionStatus.Pending, (await older.Client.GetRecordAsync(second, Token))!.Status);
        Assert.True((await older.Client.FindWaitAsync(second, Token))!.Format > EntryCodec.Format);
        Assert.False(older.Store.Takes.TryTake());

        await harness.AddNodeAsync(format: Newer);
        await FinishAsync(harness);
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(second)).Record.Status);
    }

    private static GatedTool Tool() => new("work", ToolClass.Pure) { Responds = static call => call.Succeed() };

    private static Task<EngineHarness> StartNewerAsync() => EngineHarness.StartAsync([Tool()], format: Newer);

    /// <summary>An execution of the first node with a finished step in its journal, and a question to the model that is open.</summary>
    private static async Task<(ExecutionId Id, ModelCall Open)> RunAStepAsync(EngineHarness harness, string? thread = null)
    {
        var id = await SubmitAsync(harness.Node, TestAgents.Worker, thread);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        return (id, await harness.Model.Calls.NextAsync());
    }

    private static async Task<ExecutionId> SubmitAsync(EngineNode node, string definition, string? thread = null)
    {
        var reply = await node.Client.SubmitAsync(EngineHarness.Request(definition) with { Thread = thread }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value.Id;
    }

    /// <summary>Answers the next question that is asked.</summary>
    private static async Task FinishAsync(EngineHarness harness)
    {
        var asked = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asked, s_long);
        (await asked).Finish("done");
    }
}
