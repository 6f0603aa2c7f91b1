using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>A conversation that is written anew is what models are given from then on, in memory and after a crash alike.</summary>
[Trait("Row", "X2")]
public sealed class RewrittenConversationTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}\ntools: [look]";

    private const string Rewriter = """
        name: rewriter
        model: {provider: gated, model_name: any}
        nodes:
          - {name: first, type: agent}
          - {name: rewrite, type: transform, set: {messages: "[{'role': 'user', 'content': 'fresh'}]"}}
          - {name: second, type: agent}
        edges: [{from: first, to: rewrite}, {from: rewrite, to: second}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transform_ThatSetsMessages_IsSeenByTheNextModel_AndByTheNextAfterACrash()
    {
        await using var harness = await EngineHarness.StartAsync([new GatedTool("look")]);
        harness.Model.Responds = static call => call.Finish("old");
        await harness.WaitAsync((await harness.SubmitAsync(Talker, "old input", OnThread)).Id);
        await harness.Model.Calls.NextAsync();
        harness.Model.Responds = null;

        var record = await harness.SubmitAsync(Rewriter, "go", OnThread);
        var first = await harness.Model.Calls.NextAsync();
        first.Finish("said");
        var second = await harness.Model.Calls.NextAsync();
        harness.Node.Kill();
        await harness.AddNodeAsync();
        var asking = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asking);
        (await asking).Finish("done");
        await harness.WaitAsync(record.Id);

        Assert.Equal(["old input", "[agent]\nold", "go"], Texts(first));
        Assert.Equal(["fresh"], Texts(second));
        Assert.Equal(["fresh"], Texts(await asking));
    }

    [Fact]
    public async Task Answer_ThatIsReplaced_LeavesNoHashOfTheOneBefore()
    {
        var look = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed("seen") };
        await using var harness = await EngineHarness.StartAsync([look]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.Demand("a", "look", ("n", 1));
                call.Demand("b", "look", ("n", 1));
            }

            call.Finish("old");
        };
        await harness.WaitAsync((await harness.SubmitAsync(Talker, "go", OnThread)).Id);
        var answer = (await harness.Client.GetStateAsync("t", null, Token))!.Messages[1];

        // The result of the first call is that of the second one from now on.
        var swapped = answer with { ToolCalls = [.. answer.ToolCalls!.Reverse()] };
        var reply = await harness.Client.UpdateStateAsync(
            "t",
            new StateUpdateRequest
            {
                Operations = [new StateOperation { Op = StateOperationKind.Replace, Key = "messages", Id = answer.Id, Value = JsonSerializer.SerializeToElement(swapped, JournalJson.Default.Message) }],
            },
            Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        var inMemory = await HashAsync(harness);
        await harness.Client.RewindAsync("t", inMemory.Start - 1, continues: false, Token);
        harness.Node.Kill();
        await harness.AddNodeAsync();
        var folded = await HashAsync(harness);

        Assert.Equal(folded.Hash, inMemory.Hash);
    }

    private static SubmitRequest OnThread(SubmitRequest request) => request with { Thread = "t" };

    private static IEnumerable<string> Texts(ModelCall call) => call.Messages.Select(static message => message.Text);

    private static async Task<(long Start, string Hash)> HashAsync(EngineHarness harness)
    {
        var reply = await harness.Live.SubmitAsync(OnThread(EngineHarness.Request(Talker, "again")), Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        var result = await harness.WaitAsync(reply.Value.Id);
        var entries = await harness.Live.GetHistoryAsync("t", result.Record.StartPosition!.Value, 100, Token);
        return (result.Record.StartPosition.Value, entries.Select(static entry => entry.Payload).OfType<ModelAnswered>().Single().Request.Hash);
    }
}
