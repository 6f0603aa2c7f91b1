using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Filters;

[Trait("Row", "C4")]
public sealed class EngineFilterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Filters_OnTheirWay_SeeAndChangeEverythingBeforeItIsStored()
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("secret result") };
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync([send], filters: [word]);
        var submitted = await harness.SubmitAsync(Agent(), "a secret input");
        var asked = await harness.Model.Calls.NextAsync();
        Assert.Equal("a *** input", asked.LastText);
        asked.Demand("a", "send", ("to", "secret"));
        asked.Say("my sec");
        asked.Finish("ret");
        (await harness.Model.Calls.NextAsync()).Finish("done");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("""{"to":"***"}""", (await send.Calls.NextAsync()).Call.Arguments.GetRawText());
        Assert.Equal(["a *** input", "my ***", "*** result", "done"], result.Messages.Select(message => message.Text));
        var history = await harness.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 500, Token);
        Assert.Equal("""{"to":"***"}""", Assert.Single(history.Select(entry => entry.Payload).OfType<ToolStarted>()).Arguments.GetRawText());
        Assert.DoesNotContain("sec", await TextAsync(harness, submitted.Id), StringComparison.Ordinal);
        Assert.Equal(
            ["input", "reserve", "text", "text", "text end", "answer", "settle 3", "arguments", "call", "result", "reserve", "text", "text end", "answer", "settle 3", "output"],
            word.Seen);
    }

    [Theory]
    [InlineData("input")]
    [InlineData("reserve")]
    [InlineData("answer")]
    [InlineData("arguments")]
    [InlineData("call")]
    [InlineData("result")]
    [InlineData("text")]
    [InlineData("output")]
    public async Task Filter_Refuses_NothingOfItPasses(string where)
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("the result") };
        var word = new WordFilter { Refuses = where };
        await using var harness = await EngineHarness.StartAsync([send], filters: [word]);
        harness.Model.Responds = CallOnce;
        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(Agent()), Token);
        if (where == "input")
        {
            Assert.Equal("refused", reply.Refusal!.Code);
            Assert.Empty((await harness.Client.ListThreadsAsync(null, 10, Token)).Items);
            return;
        }

        var result = await harness.WaitAsync(reply.Value!.Id);
        var calls = result.ToolResults.Select(static call => call.Failure?.Code).ToList();

        Assert.Equal(where is "result" or "output" ? 1 : 0, send.Calls.Count);
        if (where is "arguments" or "call" or "result")
        {
            Assert.Equal(["refused"], calls);
            Assert.Equal("text", result.Response);
        }
        else
        {
            Assert.Equal("refused", result.Record.Failure!.Code);
        }
    }

    [Theory]
    [InlineData("arguments", 0)]
    [InlineData("call", 0)]
    [InlineData("result", 1)]
    [InlineData("answer", 0)]
    [InlineData("reserve", 0)]
    [InlineData("text", 0)]
    [InlineData("text end", 0)]
    [InlineData("output", 1)]
    public async Task Filter_RunsOutOfItsOwnTime_FailsTheStepOnce(string where, int calls)
    {
        var send = new GatedTool("send", ToolClass.Idempotent) { Responds = static call => call.Succeed("done") };
        var word = new WordFilter { TimesOut = where };
        await using var harness = await EngineHarness.StartAsync([send], filters: [word]);
        harness.Model.Responds = CallOnce;

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent())).Id);

        Assert.Equal("filter_failed", result.Record.Failure?.Code ?? Assert.Single(result.ToolResults).Failure!.Code);
        Assert.Equal(calls, send.Calls.Count);
        Assert.Equal(1, word.Seen.Count(seen => seen == where));
    }

    [Theory]
    [InlineData("reserve")]
    [InlineData("answer")]
    [InlineData("text")]
    [InlineData("arguments")]
    [InlineData("call")]
    [InlineData("result")]
    public async Task Filter_RefusesForTheWholeExecution_NoErrorStrategyLeadsAround(string where)
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("done") };
        await using var harness = await EngineHarness.StartAsync([send], filters: [new WordFilter { Refuses = where, Scope = RefusalScope.Execution }]);
        harness.Model.Responds = CallOnce;

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent("nodes: [{name: main, type: agent, tools: [send], on_error: continue}]"))).Id);

        Assert.Equal((ExecutionStatus.Failed, "refused"), (result.Record.Status, result.Record.Failure?.Code));
    }

    [Fact]
    public async Task Filter_RefusesForTheNode_ItsErrorStrategyApplies()
    {
        await using var harness = await EngineHarness.StartAsync([], filters: [new WordFilter { Refuses = "reserve" }]);

        var result = await harness.WaitAsync((await harness.SubmitAsync("""
            name: cautious
            model: {provider: gated, model_name: any}
            nodes:
              - {name: ask, type: agent, on_error: continue}
              - {name: end, type: prompt, template: "{{ state.errors.ask.code }}"}
            edges: [{from: ask, to: end}]
            """)).Id);

        Assert.Equal("refused", result.Response);
    }

    private static void CallOnce(ModelCall call)
    {
        if (call.Messages.Count == 1)
        {
            call.Demand("a", "send");
        }

        call.Finish("text");
    }

    private static string Agent(string nodes = "tools: [send]") => $"name: filtered\nmodel: {{provider: gated, model_name: any}}\n{nodes}";

    private static async Task<string> TextAsync(EngineHarness harness, ExecutionId id)
    {
        var text = "";
        await foreach (var item in harness.Client.EventsAsync(id, null, Token))
        {
            text += item is StreamEvent.DeltaPublished published ? published.Delta.Text : "";
        }

        return text;
    }
}
