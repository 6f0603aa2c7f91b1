using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Calls that a person has to decide about.</summary>
[Trait("Row", "X9")]
[Trait("Row", "X11")]
public sealed class ToolApprovalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"decision": "approve"}""", """{"to":"Ada"}""", "done")]
    [InlineData("""{"decision": "edit", "arguments": {"to": "Bob"}}""", """{"to":"Bob"}""", "done")]
    [InlineData("""{"decision": "reject", "message": "Not today."}""", null, "Not today.")]
    [InlineData("""{"decision": "respond", "result": "It was sent before."}""", null, "It was sent before.")]
    public async Task Approval_EachDecision_DoesWhatItSays(string decision, string? sent, string seen)
    {
        foreach (var toolClass in new[] { ToolClass.Pure, ToolClass.Unsafe })
        {
            var send = new GatedTool("send", toolClass) { Responds = static call => call.Succeed() };
            await using var harness = await EngineHarness.StartAsync([send]);
            var record = await DemandAsync(harness, ("a", "send", "Ada"));
            var question = Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);
            var names = await harness.CallNamesAsync(record.Thread.Thread);
            Assert.Equal((InterruptReasons.ToolApproval, "send", "a", """{"to":"Ada"}"""), (question.Reason, question.Tool, names[question.CallId!], question.Arguments!.Value.GetRawText()));
            Assert.Equal(0, send.Calls.Count);
            Assert.True((await ResumeAsync(harness, record.Id, decision)).IsDone);
            var next = await harness.Model.Calls.NextAsync();
            next.Finish("ok");
            await harness.WaitAsync(record.Id);

            Assert.Contains(seen, Results(next)[0], StringComparison.Ordinal);
            var started = (await HistoryAsync(harness, record)).Select(entry => entry.Payload).OfType<ToolStarted>().ToList();
            if (sent is null)
            {
                Assert.Empty(started);
                Assert.Equal(0, send.Calls.Count);
                continue;
            }

            Assert.Equal(sent, (await send.Calls.NextAsync()).Call.Arguments.GetRawText());
            Assert.Equal(sent, Assert.Single(started).Arguments.GetRawText());
            Assert.Equal(sent, Assert.Single((await harness.Client.GetAsync(record.Id, Token))!.ToolResults).Arguments.GetRawText());
        }
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"to":{"type":"string","minLength":3}},"required":["to"],"additionalProperties":false}""", """{"to": "Bo"}""", ".arguments.to")]
    [InlineData("""{"type":"object","properties":{"to":{"type":"string"}},"required":["to"],"additionalProperties":false}""", """{"too": "Bob"}""", ".arguments", ".arguments.too")]
    public async Task Approval_EditThatTheToolWouldRefuse_IsRefusedWhileTheQuestionIsOpen(string takes, string arguments, params string[] paths)
    {
        var send = new GatedTool("send") { Takes = JsonElement.Parse(takes), Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, ("a", "send", "Ada"));
        await RefusesAsync(harness, record.Id, $$"""{"decision": "edit", "arguments": {{arguments}}}""", paths);
        Assert.True((await ResumeAsync(harness, record.Id, """{"decision": "edit", "arguments": {"to": "Bob"}}""")).IsDone);
        (await harness.Model.Calls.NextAsync()).Finish("ok");
        Assert.Equal("""{"to":"Bob"}""", (await send.Calls.NextAsync()).Call.Arguments.GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"to":{"$ref":"#/$defs/name"}},"$defs":{"name":{"type":"string"}}}""")]
    [InlineData("""{"$id":"https://example.com/send","type":"object"}""")]
    public async Task Approval_SchemaThatCannotStandInAnother_TakesAnyArguments(string takes)
    {
        var send = new GatedTool("send") { Takes = JsonElement.Parse(takes), Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, ("a", "send", "Ada"));
        await harness.WaitAsync(record.Id);

        Assert.True((await ResumeAsync(harness, record.Id, """{"decision": "edit", "arguments": {"to": "Bob"}}""")).IsDone);
    }

    [Theory]
    [InlineData("""{"decision": "edit", "args": {"to": "Bob"}}""", ".args", "")]
    [InlineData("""{"decision": "edit"}""", "")]
    [InlineData("""{"decision": "edit", "arguments": "Bob"}""", ".arguments")]
    [InlineData("""{"decision": "edit", "arguments": {}, "message": "x"}""", ".message")]
    [InlineData("""{"decision": "approve", "arguments": {"to": "Bob"}}""", ".arguments")]
    [InlineData("""{"decision": "reject", "result": "x"}""", ".result")]
    [InlineData("""{"decision": "respond"}""", "")]
    [InlineData("""{"decision": "respond", "result": 1, "why": "x"}""", ".why")]
    [InlineData("""{"decision": "retry"}""", ".decision")]
    public async Task Approval_AnswerThatDoesNotFitItsDecision_IsRefused(string answer, params string[] paths)
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, ("a", "send", "Ada"));
        await RefusesAsync(harness, record.Id, answer, paths);
    }

    [Theory]
    [InlineData("""{"decision": "happened"}""", "")]
    [InlineData("""{"decision": "happened", "message": "x"}""", ".message", "")]
    [InlineData("""{"decision": "happened", "output": "x"}""", ".output", "")]
    [InlineData("""{"decision": "failed", "result": "x"}""", ".result")]
    [InlineData("""{"decision": "retry", "arguments": {}}""", ".arguments")]
    [InlineData("""{"decision": "accept"}""", ".decision")]
    public async Task OutcomeUnknown_AnswerThatDoesNotFitItsDecision_IsRefused(string answer, params string[] paths)
    {
        var send = new GatedTool("send") { Responds = static call => call.Throw(new ToolOutcomeUnknownException("It broke.")) };
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, approval: false, ("a", "send", "Ada"));
        await RefusesAsync(harness, record.Id, answer, paths);
    }

    [Fact]
    public async Task Approval_MixedBatch_RunsTheFreeCallsAtOnce()
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("sent") };
        var look = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed("seen") };
        await using var harness = await EngineHarness.StartAsync([send, look]);
        var record = await DemandAsync(harness, ("a", "send", "Ada"), ("b", "look", "Bob"), ("c", "send", "Cid"));
        await look.Calls.NextAsync();
        var asked = await harness.WaitAsync(record.Id);
        var names = await harness.CallNamesAsync(record.Thread.Thread);
        Assert.Equal(["b"], asked.ToolResults.Select(call => names[call.CallId]));
        Assert.Equal(["a", "c"], asked.Interrupts.Select(open => names[open.CallId!]));

        var answers = asked.Interrupts.ToDictionary(open => open.Id, _ => JsonElement.Parse("""{"decision": "approve"}"""), StringComparer.Ordinal);
        Assert.True((await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answers = answers }, Token)).IsDone);
        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal(["sent", "seen", "sent"], Results(next));
        next.Finish("ok");
        await harness.WaitAsync(record.Id);
    }

    [Fact]
    public async Task Approval_OfAToolNode_SendsWhatThePersonSaw()
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([send], static options => options.ThreadCacheBytes = 0);
        var submitted = await harness.SubmitAsync("""
            name: seen
            tool_definitions: [{name: send, type: code, requires_approval: true}]
            nodes:
              - {name: send, type: tool, tool: send, arguments: {to: "{{ state.to }}"} }
              - {name: ask, type: prompt, template: x, model: {provider: gated, model_name: any} }
              - {name: change, type: transform, set: {to: "'Mallory'"} }
            edges: [{from: start, to: send}, {from: start, to: ask}, {from: ask, to: change}]
            """, new { to = "Ada" });
        (await harness.Model.Calls.NextAsync()).Finish("x");
        var question = Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
        Assert.Equal("""{"to":"Ada"}""", question.Arguments!.Value.GetRawText());
        Assert.True((await ResumeAsync(harness, submitted.Id, """{"decision": "approve"}""")).IsDone);
        await harness.WaitAsync(submitted.Id);

        Assert.Equal("""{"to":"Ada"}""", (await send.Calls.NextAsync()).Call.Arguments.GetRawText());
    }

    [Theory]
    [InlineData("retry", """{"decision": "retry"}""", 2, "second")]
    [InlineData("happened", """{"decision": "happened", "result": "It was there."}""", 1, "It was there.")]
    [InlineData("failed", """{"decision": "failed", "message": "Call them."}""", 1, "Call them.")]
    public async Task OutcomeUnknown_EachAnswer_DoesWhatItSays(string word, string answer, int calls, string seen)
    {
        Assert.Contains(word, answer, StringComparison.Ordinal);
        var send = new GatedTool("send");
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, approval: false, ("a", "send", "Ada"));
        var first = await send.Calls.NextAsync();
        first.Throw(new ToolOutcomeUnknownException("The connection broke."));
        var question = Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);
        var names = await harness.CallNamesAsync(record.Thread.Thread);
        Assert.Equal((InterruptReasons.ToolOutcomeUnknown, "a"), (question.Reason, names[question.CallId!]));
        Assert.True((await ResumeAsync(harness, record.Id, answer)).IsDone);
        if (calls == 2)
        {
            var second = await send.Calls.NextAsync();
            Assert.Equal((2, first.Call.IdempotencyKey), (second.Call.Attempt, second.Call.IdempotencyKey));
            second.Succeed("second");
        }

        var next = await harness.Model.Calls.NextAsync();
        next.Finish("ok");
        await harness.WaitAsync(record.Id);

        Assert.Contains(seen, Results(next)[0], StringComparison.Ordinal);
        Assert.Equal(calls, send.Calls.Count);
        Assert.Equal(word != "retry", (await HistoryAsync(harness, record)).Select(entry => entry.Payload).OfType<ToolFinished>().Single().ByPerson);
    }

    [Fact]
    public async Task OutcomeUnknown_TimeOut_AsksAndAsksAgainAfterARetry()
    {
        var send = new GatedTool("send", timeout: TimeSpan.FromSeconds(5)) { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([send]);
        var record = await DemandAsync(harness, approval: false, ("a", "send", "Ada"));
        await send.Calls.NextAsync();
        var waiting = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(waiting);
        var first = Assert.Single((await waiting).Interrupts);
        Assert.True((await ResumeAsync(harness, record.Id, """{"decision": "retry"}""")).IsDone);
        await send.Calls.NextAsync();
        waiting = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(waiting);
        var second = Assert.Single((await waiting).Interrupts);

        Assert.Equal(InterruptReasons.ToolOutcomeUnknown, second.Reason);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Theory]
    [InlineData("retry", 3)]
    [InlineData("fail", 1)]
    public async Task OutcomeUnknown_Policy_DecidesWithinItsBound(string policy, int calls)
    {
        var send = new GatedTool("send") { Responds = static call => call.Throw(new ToolOutcomeUnknownException("It broke.")) };
        await using var harness = await EngineHarness.StartAsync([send]);
        var submitted = await harness.SubmitAsync($$"""
            name: policy
            tool_definitions: [{name: send, type: code, on_unknown_outcome: {{policy}} }]
            nodes: [{name: send, type: tool, tool: send, on_error: {strategy: fail_fast, max_attempts: 3} }]
            """);
        var waiting = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("tool_outcome_unknown", (await waiting).Record.Failure!.Code);
        Assert.Equal(calls, send.Calls.Count);
    }

    private static Task<ExecutionRecord> DemandAsync(EngineHarness harness, params (string Id, string Tool, string To)[] calls) =>
        DemandAsync(harness, approval: true, calls);

    private static async Task<ExecutionRecord> DemandAsync(EngineHarness harness, bool approval, params (string Id, string Tool, string To)[] calls)
    {
        var tools = string.Join(", ", calls.Select(call => call.Tool).Distinct());
        var submitted = await harness.SubmitAsync($$"""
            name: approval
            model: {provider: gated, model_name: any}
            tools: [{{tools}}]
            tool_definitions: [{name: send, type: code, requires_approval: {{(approval ? "true" : "false")}} }]
            """);
        var asked = await harness.Model.Calls.NextAsync();
        foreach (var (id, tool, to) in calls)
        {
            asked.Demand(id, tool, ("to", to));
        }

        asked.Finish();
        return submitted;
    }

    private static async Task RefusesAsync(EngineHarness harness, ExecutionId id, string answer, string[] paths)
    {
        var waiting = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(waiting);
        var question = Assert.Single((await waiting).Interrupts);
        var refusal = (await ResumeAsync(harness, id, answer)).Refusal;

        Assert.Equal("invalid_answer", refusal?.Code);
        Assert.Equal(paths.Select(path => $"$.answers[\"{question.Id}\"]{path}").Order(), refusal!.Errors!.Select(error => error.Path).Order());
        Assert.Equal(question.Id, Assert.Single((await harness.Client.GetAsync(id, Token))!.Interrupts).Id);
    }

    private static Task<Reply<ExecutionRecord>> ResumeAsync(EngineHarness harness, ExecutionId id, string answer) =>
        harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse(answer) }, Token);

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord record) =>
        harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);

    private static List<string> Results(ModelCall call) =>
        [.. call.Messages.SelectMany(message => message.Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>()).Select(result => $"{result.Result}")];
}
