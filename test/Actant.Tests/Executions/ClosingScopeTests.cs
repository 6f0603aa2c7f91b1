using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>An unsafe call in flight is not forgotten when what it is part of ends.</summary>
[Trait("Row", "X11")]
public sealed class ClosingScopeTests
{
    private const string Inner = "{nodes: [{name: pay, type: tool, tool: pay}, {name: other, type: agent, system_prompt: other}]}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes() =>
    [
        $"nodes: [{{name: box, type: graph, on_error: continue, graph: {Inner}}}, {{name: end1, type: prompt, template: after}}]\nedges: [{{from: box, to: end1}}]",
        $"nodes: [{{name: box, type: graph, on_error: continue, graph: {{nodes: [{{name: in, type: graph, graph: {{nodes: [{{name: deep, type: graph, graph: {Inner}}}]}}}}]}}}}, {{name: end1, type: prompt, template: after}}]\nedges: [{{from: box, to: end1}}]",
        $"nodes: [{{name: box, type: graph, on_error: continue, max_iterations: 2, graph: {Inner}}}, {{name: end1, type: prompt, template: after}}]\nedges: [{{from: start, to: box}}, {{from: box, to: box, condition: \"false\"}}, {{from: box, to: end1}}]",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task SiblingFails_CallStops_IsAskedAboutAndTheScopeEndsOnlyThen(string shape)
    {
        var pay = new GatedTool("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent(shape));
        var call = await pay.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        await call.Cancelled;

        var question = Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
        Assert.Equal((InterruptReasons.ToolOutcomeUnknown, "pay"), (question.Reason, question.Tool));
        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is NodeFinished);
        Assert.False((await ResumeAsync(harness, submitted.Id, """{"decision": "retry"}""")).IsDone);
        Assert.True((await ResumeAsync(harness, submitted.Id, """{"decision": "happened", "result": "paid"}""")).IsDone);

        var end = await EndAsync(harness, submitted.Id);
        Assert.Equal("after", end.Response);
        Assert.Equal("paid", Assert.Single(end.ToolResults).Output!.Value.GetString());
        Assert.Equal((1, 1), (pay.Calls.Count, harness.Model.Calls.Count));
    }

    [Fact]
    public async Task SiblingFails_CallEndsWithinTheGrace_ItsResultIsRecordedAndNobodyIsAsked()
    {
        var pay = new GatedTool("pay") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent(Shapes().First().Data));
        var call = await pay.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        await call.Cancelled;
        call.Succeed("paid");

        var end = await EndAsync(harness, submitted.Id);

        Assert.Equal(("after", "paid"), (end.Response, Assert.Single(end.ToolResults).Output!.Value.GetString()));
        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is Interrupted);
    }

    [Fact]
    public async Task SiblingFails_AtTheRoot_TheExecutionFailsWhenTheCallIsKnown()
    {
        var pay = new GatedTool("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent("nodes: [{name: pay, type: tool, tool: pay}, {name: other, type: agent}]"));
        await pay.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
        Assert.True((await ResumeAsync(harness, submitted.Id, """{"decision": "failed"}""")).IsDone);

        Assert.Equal("model_rejected", (await EndAsync(harness, submitted.Id)).Record.Failure?.Code);
    }

    [Fact]
    public async Task SiblingFails_SeveralCallsAndAnApproval_EachCallIsAskedAboutAndTheApprovalIsWithdrawn()
    {
        var pay = new GatedTool("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent("""
            tool_definitions: [{name: careful, type: code, config: {tool: pay}, requires_approval: true}]
            nodes:
              - name: box
                type: graph
                on_error: continue
                graph:
                  nodes:
                    - {name: one, type: tool, tool: pay}
                    - {name: two, type: tool, tool: pay}
                    - {name: three, type: tool, tool: careful}
                    - {name: ask, type: human, prompt: May I?}
                    - {name: other, type: agent}
              - {name: end1, type: prompt, template: after}
            edges: [{from: box, to: end1}]
            """));
        await pay.Calls.NextAsync();
        await pay.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);

        var asked = (await UntilAsleepAsync(harness, submitted.Id)).Interrupts;
        Assert.Equal([InterruptReasons.ToolOutcomeUnknown, InterruptReasons.ToolOutcomeUnknown], asked.Select(question => question.Reason));
        await ResumeAsync(harness, submitted.Id, asked[0], """{"decision": "happened", "result": 1}""");
        Assert.Single((await UntilAsleepAsync(harness, submitted.Id, questions: 1)).Interrupts);
        await ResumeAsync(harness, submitted.Id, asked[1], """{"decision": "failed"}""");

        Assert.Equal("after", (await EndAsync(harness, submitted.Id)).Response);
        Assert.Equal(2, pay.Calls.Count);
    }

    [Fact]
    public async Task NodeTimesOut_CallInFlight_IsAskedAboutBeforeTheNodeFails()
    {
        var pay = new GatedTool("pay") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent("""
            nodes:
              - {name: pay, type: tool, tool: pay, timeout_ms: 500, on_error: continue}
              - {name: end1, type: prompt, template: "{{ state.errors.pay.code }}"}
            edges: [{from: pay, to: end1}]
            """));
        await pay.Calls.NextAsync();
        var waiting = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(waiting);
        Assert.Equal(InterruptReasons.ToolOutcomeUnknown, Assert.Single((await waiting).Interrupts).Reason);
        Assert.True((await ResumeAsync(harness, submitted.Id, """{"decision": "happened", "result": "paid"}""")).IsDone);

        var end = await EndAsync(harness, submitted.Id);

        Assert.Equal(("node_timed_out", "paid"), (end.Response, Assert.Single(end.ToolResults).Output!.Value.GetString()));
        Assert.Equal(1, pay.Calls.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SiblingFails_ProcessDiesWhileClosing_AnotherAsksAndTheSiblingDoesNotRunAgain(bool isKept)
    {
        var pay = new GatedTool("pay") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay], options => options.ThreadCacheBytes = isKept ? options.ThreadCacheBytes : 0);
        var submitted = await harness.SubmitAsync(Agent(Shapes().Last().Data));
        await pay.Calls.NextAsync();
        // Not before: it might have taken the execution.
        await harness.AddNodeAsync();
        var closing = harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(IsClosing));
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        await closing;
        harness.Node.Kill();
        var waiting = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(waiting);
        Assert.Equal(InterruptReasons.ToolOutcomeUnknown, Assert.Single((await waiting).Interrupts).Reason);
        var request = new ResumeRequest { Answer = JsonElement.Parse("""{"decision": "failed"}""") };
        Assert.True((await harness.Live.ResumeAsync(submitted.Id, request, Token)).IsDone);

        Assert.Equal("after", (await EndAsync(harness, submitted.Id)).Response);
        Assert.Equal((1, 1), (pay.Calls.Count, harness.Model.Calls.Count));
    }

    [Fact]
    public async Task SiblingFails_CancelledWhileClosing_TheEndNamesTheCall()
    {
        var pay = new GatedTool("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent(Shapes().First().Data));
        var call = await pay.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        await harness.WaitAsync(submitted.Id);
        Assert.True((await harness.Client.CancelAsync(submitted.Id, null, Token)).IsDone);

        Assert.Equal(ExecutionStatus.Cancelled, (await EndAsync(harness, submitted.Id)).Record.Status);
        var end = Assert.Single((await HistoryAsync(harness, submitted)).Select(entry => entry.Payload).OfType<ExecutionCancelled>());
        Assert.Equal([call.Call.CallId], end.UnknownCalls);
    }

    [Fact]
    public async Task SiblingFails_NoUnsafeCall_EndsAtOnceAsBefore()
    {
        var look = new GatedTool("pay", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([look]);
        var submitted = await harness.SubmitAsync(Agent(Shapes().First().Data));
        await look.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);

        Assert.Equal("after", (await EndAsync(harness, submitted.Id)).Response);
        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is ScopeClosing);
    }

    private static string Agent(string graph) => $"name: g\nmodel: {{provider: gated, model_name: any}}\n{graph}";

    private static bool IsClosing(EncodedEntry entry) => EntryCodec.Decode(new StoredEntry(1, entry.Id, entry.Execution, 1, entry.Body)).Payload is ScopeClosing;

    private static Task<Reply<ExecutionRecord>> ResumeAsync(EngineHarness harness, ExecutionId id, string answer) =>
        harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse(answer) }, Token);

    private static async Task ResumeAsync(EngineHarness harness, ExecutionId id, Interrupt question, string answer)
    {
        var request = new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = JsonElement.Parse(answer) } };
        Assert.True((await harness.Client.ResumeAsync(id, request, Token)).IsDone);
    }

    private static async Task<ExecutionResult> UntilAsleepAsync(EngineHarness harness, ExecutionId id, int questions = 2)
    {
        ExecutionResult result;
        while ((result = await harness.WaitAsync(id)).Interrupts.Count != questions)
        {
            await Task.Delay(1, Token);
        }

        return result;
    }

    private static async Task<ExecutionResult> EndAsync(EngineHarness harness, ExecutionId id)
    {
        ExecutionResult result;
        while (!(result = await harness.WaitAsync(id)).Record.Status.IsEnd())
        {
            await Task.Delay(1, Token);
        }

        return result;
    }

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord record) =>
        harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);
}
