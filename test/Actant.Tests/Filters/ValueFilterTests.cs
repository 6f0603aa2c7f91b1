using System.Text.Json;
using Actant.Executions;
using Actant.Filters;
using Actant.Journaling;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Actant.Tools;

namespace Actant.Tests.Filters;

/// <summary>Values of people, other agents and tools pass too; what a filter takes out is stored nowhere.</summary>
[Trait("Row", "C4")]
public sealed class ValueFilterTests
{
    private const string Asks = """
        name: asks
        nodes:
          - {name: ask, type: human, prompt: Number?}
          - {name: end, type: prompt, template: "{{ state.ask }}"}
        edges: [{from: ask, to: end}]
        """;

    private const string Approves = """
        name: approves
        model: {provider: gated, model_name: any}
        tool_definitions: [{name: pay, type: code, config: {tool: pay}, requires_approval: true}]
        tools: [pay]
        """;

    private static readonly Principal s_bob = new() { KeyId = "k-bob" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HumanAnswer_Passes_AndStandsNowhereInTheClear()
    {
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync(filters: [word]);
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        // Nobody takes it up: the inbox has it until then.
        await harness.Node.Engine.StopAsync(Token);
        await harness.Client.As(s_bob).ResumeAsync(record.Id, new ResumeRequest { Answer = Text("my secret") }, Token);
        var inbox = await harness.Store.ReadInboxAsync(record.Thread, 0, Token);
        var node = await harness.AddNodeAsync();
        var result = await node.Client.WaitAsync(record.Id, Token).WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal("my ***", result.Response);
        Assert.Single(inbox.Signals);
        Assert.DoesNotContain(inbox.Signals, static signal => System.Text.Encoding.UTF8.GetString(signal.Body.Span).Contains("secret", StringComparison.Ordinal));
        await AssertIsNowhereAsync(harness, record.Thread.Thread);
        var context = Assert.Single(word.Values.OfType<HumanAnswerContext>());
        Assert.Equal((record.Id, record.Thread.Thread, "asks", s_bob, InterruptReasons.Human), (context.Execution!.Value, context.Thread, context.Agent, context.Principal, context.Reason));
    }

    [Fact]
    public async Task HumanAnswer_Refused_IsToldToWhoeverSentIt_AndTheQuestionStaysOpen()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new WordFilter { Refuses = "human answer" }]);
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        var reply = await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = Text("x") }, Token);

        Assert.Equal("refused", reply.Refusal?.Code);
        Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);
        Assert.Empty((await harness.Store.ReadInboxAsync(record.Thread, 0, Token)).Signals);
    }

    [Fact]
    public async Task Approval_ShowsTheArgumentsAsTheyWillBeSent_WhichPassOnce()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed("paid") };
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync([pay], filters: [word]);
        harness.Model.Responds = DemandPay;
        var record = await harness.SubmitAsync(Approves);
        var asked = Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);

        Assert.Equal("""{"to":"***"}""", asked.Arguments!.Value.GetRawText());
        await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = JsonElement.Parse("""{"decision":"approve"}""") }, Token);
        await harness.WaitAsync(record.Id);

        Assert.Equal("""{"to":"***"}""", (await pay.Calls.NextAsync()).Call.Arguments.GetRawText());
        Assert.Equal(1, word.Seen.Count(static seen => seen == "arguments"));
    }

    [Fact]
    public async Task Approval_OfArgumentsThatFitNoSchema_IsNotAskedFor()
    {
        var pay = FunctionToolOf("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.Demand("a", "pay", ("amount", "much"));
            }

            call.Finish("done");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(Approves)).Id);

        Assert.Equal(("done", "tool_invalid_arguments"), (result.Response, Assert.Single(result.ToolResults).Failure!.Code));
    }

    [Fact]
    public async Task Value_OfADisposedDocument_DoesNotPass_AndNothingWaitsForIt()
    {
        await using var harness = await EngineHarness.StartAsync([FunctionToolOf("pay")], filters: [new DisposingFilter()]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.Demand("a", "pay", ("amount", 1));
            }

            call.Finish("done");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(Approves)).Id);

        Assert.Equal(("done", "filter_failed"), (result.Response, Assert.Single(result.ToolResults).Failure!.Code));
    }

    [Fact]
    public async Task Approval_Edited_PassesAsAnAnswer()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed("paid") };
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync([pay], filters: [word]);
        harness.Model.Responds = DemandPay;
        var record = await harness.SubmitAsync(Approves);
        await harness.WaitAsync(record.Id);

        await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = JsonElement.Parse("""{"decision":"edit","arguments":{"to":"secret Bob"}}""") }, Token);
        await harness.WaitAsync(record.Id);

        Assert.Equal("""{"to":"*** Bob"}""", (await pay.Calls.NextAsync()).Call.Arguments.GetRawText());
        Assert.Equal("pay", Assert.Single(word.Values.OfType<HumanAnswerContext>()).Tool);
    }

    [Fact]
    public async Task StateUpdate_Passes_AndStandsNowhereInTheClear()
    {
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync(filters: [word]);
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        var reply = await harness.Client.As(s_bob).UpdateStateAsync(
            record.Thread.Thread,
            new StateUpdateRequest { Operations = [new StateOperation { Op = StateOperationKind.Set, Key = "note", Value = Text("a secret note") }] },
            Token);
        await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = Text("x") }, Token);
        await harness.WaitAsync(record.Id);

        Assert.True(reply.IsDone);
        Assert.Equal("a *** note", (await harness.Client.GetStateAsync(record.Thread.Thread, null, Token))!.Values["note"].GetString());
        await AssertIsNowhereAsync(harness, record.Thread.Thread);
        var context = Assert.Single(word.Values.OfType<StateUpdateContext>());
        Assert.Equal(("note", StateOperationKind.Set, s_bob), (context.Key, context.Operation, context.Principal));
    }

    [Theory]
    [InlineData(null, "no ***")]
    [InlineData("cancel reason", null)]
    public async Task CancelReason_Passes_AndTheCancelCountsInAnyCase(string? refuses, string? stored)
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new WordFilter { Refuses = refuses }]);
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        Assert.True((await harness.Client.CancelAsync(record.Id, "no secret", Token)).IsDone);
        var result = await harness.WaitAsync(record.Id);

        Assert.Equal(ExecutionStatus.Cancelled, result.Record.Status);
        var history = await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token);
        Assert.Equal(stored, Assert.Single(history.Select(static entry => entry.Payload).OfType<ExecutionCancelled>()).Reason);
    }

    [Fact]
    public async Task Delegate_ItsTaskAndItsAnswer_Pass()
    {
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync(filters: [word]);
        var record = await harness.SubmitAsync(TestAgents.Desk);
        var lead = await harness.Model.Calls.NextAsync();
        lead.Demand("a", "delegate_to_law", ("task", "find the secret"));
        lead.Finish();
        var law = await harness.Model.Calls.NextAsync();
        Assert.Equal("find the ***", law.LastText);
        law.Finish("it is 42");
        var told = await harness.Model.Calls.NextAsync();
        told.Finish("done");
        var result = await harness.WaitAsync(record.Id);

        Assert.Equal("done", result.Response);
        Assert.Equal(["input", "delegation", "delegate result", "output"], word.Values.Select(Name));
        Assert.Equal(("delegate_to_law", "lead"), (word.Values.OfType<DelegationContext>().Single().Delegate, word.Values.OfType<DelegationContext>().Single().Path));
    }

    [Theory]
    [InlineData("delegation", 0)]
    [InlineData("delegate result", 1)]
    public async Task Delegate_Refused_IsAFailedCallToWhoeverAsked(string where, int asked)
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new WordFilter { Refuses = where }]);
        var laws = 0;
        harness.Model.Responds = call =>
        {
            laws += call.System == "law" ? 1 : 0;
            if (call.Messages.Count == 2 && laws == 0 && call.System == "lead")
            {
                call.Demand("a", "delegate_to_law", ("task", "go"));
            }

            call.Finish("done");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Desk)).Id);

        Assert.Equal(("done", asked, "refused"), (result.Response, laws, Assert.Single(result.ToolResults).Failure?.Code));
    }

    [Fact]
    public async Task Output_Changed_IsWhatTheExecutionGives()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Shouting()]);
        harness.Model.Responds = static call => call.Finish("done");

        var result = await harness.WaitAsync((await harness.SubmitAsync("name: a\nmodel: {provider: gated, model_name: any}")).Id);

        Assert.Equal("DONE", result.Output.GetString());
        Assert.Equal("DONE", (await harness.Client.GetAsync(result.Record.Id, Token))!.Output.GetString());
    }

    private static void DemandPay(ModelCall call)
    {
        if (call.Messages.Count == 1)
        {
            call.Demand("a", "pay", ("to", "secret"));
        }

        call.Finish("done");
    }

    private static FunctionTool FunctionToolOf(string name) => FunctionTool.Create((int amount) => amount, name, "Pays.", ToolClass.Unsafe);

    private static string Name(ValueContext context) => context switch
    {
        InputContext => "input",
        DelegationContext => "delegation",
        DelegateResultContext => "delegate result",
        _ => "output",
    };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text);

    private static async Task AssertIsNowhereAsync(EngineHarness harness, string thread)
    {
        var entries = await harness.Client.GetHistoryAsync(thread, 1, 500, Token);
        Assert.DoesNotContain(entries, static entry => System.Text.Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span).Contains("secret", StringComparison.Ordinal));
    }

    private sealed class Shouting : IFilter<OutputContext, JsonElement>
    {
        public async ValueTask<JsonElement> InvokeAsync(OutputContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return Text((await next(cancellationToken)).GetString()!.ToUpperInvariant());
        }
    }

    /// <summary>Returns what nobody can read any more.</summary>
    private sealed class DisposingFilter : IFilter<ToolArgumentsContext, JsonElement>
    {
        public async ValueTask<JsonElement> InvokeAsync(ToolArgumentsContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            await Task.Yield();
            using var document = JsonDocument.Parse("{}");
            return document.RootElement;
        }
    }
}
