using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>
/// What a release before left open goes on as it would have: the same ids, the same idempotency keys, nothing asked or done twice.
/// One history of each number of behaviour.
/// </summary>
[Trait("Row", "X1")]
[Trait("Row", "X11")]
public sealed class RecordedExecutionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Formats() => [.. Enumerable.Range(1, EngineBehaviour.Current)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task CallsInFlight_OneAskedAboutOneRepeatedOneDone(int format)
    {
        await using var run = await Run.StartAsync(format, "calls-in-flight");
        Assert.Equal(format, run.Open.All<ExecutionStarted>().Single().Behaviour);
        var ids = run.Open.All<ModelAnswered>().Single().Message.ToolCalls!.Select(call => call.Id).ToList();
        var put = await run.Tools[1].Calls.NextAsync();
        Assert.Equal((2, ids[1], run.KeyOf(ids[1])), (put.Call.Attempt, put.Call.CallId, put.Call.IdempotencyKey));
        put.Succeed("put");
        var question = await run.AskedAsync(InterruptReasons.ToolOutcomeUnknown);
        Assert.Equal(ids[0], question.CallId);
        await run.AnswerAsync(question, """{"decision": "happened", "result": "Ada has it"}""");

        var next = await run.Harness.Model.Calls.NextAsync();
        Assert.Equal(["Ada has it", "put", "seen"], Results(next).Select(result => $"{result.Result}"));
        Assert.Equal(ids, Results(next).Select(result => result.CallId));
        next.Demand("call_0", "pay", ("to", "Bob"));
        next.Finish();
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.True(pay.Has("Bob"));
        Assert.DoesNotContain(pay.Call.CallId, ids);
        Assert.NotEqual(run.KeyOf(ids[0]), pay.Call.IdempotencyKey);
        pay.Succeed("Bob has it");
        (await run.Harness.Model.Calls.NextAsync()).Finish("Both paid.");

        var result = await run.EndAsync();
        Assert.Equal("Both paid.", result.Response);
        Assert.Equal(["Ada has it", "put", "seen", "Bob has it"], result.ToolResults.Select(call => call.Output!.Value.GetString()));
        Assert.Equal(0, run.Tools[2].Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task SecondCallOfAnId_IsAskedAboutAndRepeatedWithItsKey(int format)
    {
        await using var run = await Run.StartAsync(format, "second-call-of-the-same-id");
        var second = run.Open.All<ToolStarted>().Last();
        var question = await run.AskedAsync(InterruptReasons.ToolOutcomeUnknown);
        Assert.Equal("Bob", question.Arguments!.Value.GetProperty("to").GetString());
        await run.AnswerAsync(question, """{"decision": "retry"}""");
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.Equal((2, second.CallId, second.IdempotencyKey), (pay.Call.Attempt, pay.Call.CallId, pay.Call.IdempotencyKey));
        pay.Succeed("Bob has it");
        (await run.Harness.Model.Calls.NextAsync()).Finish("Both paid.");

        Assert.Equal(["Ada has it", "Bob has it"], (await run.EndAsync()).ToolResults.Select(call => call.Output!.Value.GetString()));
        Assert.Equal(2, (await run.Harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items.Count);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Approval_Given_TheCallIsMade(int format)
    {
        await using var run = await Run.StartAsync(format, "approval-open");
        var question = run.Open.All<Interrupted>().Single().Interrupt;
        await run.AnswerAsync(question, """{"decision": "approve"}""");
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.Equal(question.CallId, pay.Call.CallId);
        if (format == 1)
        {
            Assert.Equal(("call_0", $"{run.Open.Id}/agent:call_0/1"), (pay.Call.CallId, pay.Call.IdempotencyKey));
        }

        pay.Succeed("paid");
        (await run.Harness.Model.Calls.NextAsync()).Finish("Done.");
        Assert.Equal("Done.", (await run.EndAsync()).Response);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ApprovalOfAToolNode_Given_TheCallHasTheIdThatWasAskedAbout(int format)
    {
        await using var run = await Run.StartAsync(format, "tool-node-asks");
        var question = run.Open.All<Interrupted>().Single().Interrupt;
        await run.AnswerAsync(question, """{"decision": "approve"}""");
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.Equal(question.CallId, pay.Call.CallId);
        if (format == 1)
        {
            Assert.Equal(("call", $"{run.Open.Id}/send:call/0"), (pay.Call.CallId, pay.Call.IdempotencyKey));
        }

        pay.Succeed("paid");
        Assert.Equal("Sent: paid", (await run.EndAsync()).Response);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ToolNodesInFlight_OneAskedAboutOneRepeated(int format)
    {
        await using var run = await Run.StartAsync(format, "tool-nodes-in-flight");
        var started = run.Open.All<ToolStarted>().ToDictionary(start => start.Tool);
        var put = await run.Tools[1].Calls.NextAsync();
        Assert.Equal((started["put"].CallId, started["put"].IdempotencyKey), (put.Call.CallId, put.Call.IdempotencyKey));
        put.Succeed("kept");
        var question = await run.AskedAsync(InterruptReasons.ToolOutcomeUnknown);
        Assert.Equal(started["pay"].CallId, question.CallId);
        await run.AnswerAsync(question, """{"decision": "happened", "result": "sent"}""");

        var result = await run.EndAsync();
        Assert.Equal("sent kept", result.Response);
        Assert.Equal(["pay", "put"], result.ToolResults.Select(call => call.ToolName));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task SpecialistThatAsks_Answered_GoesOnInItsScope(int format)
    {
        await using var run = await Run.StartAsync(format, "specialist-that-asks");
        var question = run.Open.All<Interrupted>().Single().Interrupt;
        await run.AnswerAsync(question, """{"decision": "edit", "arguments": {"to": "Bob"}}""");
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.True(pay.Has("Bob"));
        Assert.Equal(question.CallId, pay.Call.CallId);
        pay.Succeed("paid");
        (await run.Harness.Model.Calls.NextAsync(call => call.System == "Pay.")).Finish("Bob has it.");
        (await run.Harness.Model.Calls.NextAsync(call => call.System == "Lead.")).Finish("Done.");

        var result = await run.EndAsync();
        Assert.Equal("Done.", result.Response);
        Assert.Equal(["delegate_to_payer", "pay"], result.ToolResults.Select(call => call.ToolName));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task AgentOfAToolNode_GoesOnInItsScope(int format)
    {
        await using var run = await Run.StartAsync(format, "tool-node-of-an-agent");
        var started = run.Open.All<ToolStarted>().Single();
        var put = await run.Tools[1].Calls.NextAsync();
        Assert.Equal((2, started.CallId, started.IdempotencyKey), (put.Call.Attempt, put.Call.CallId, put.Call.IdempotencyKey));
        put.Succeed("put");
        (await run.Harness.Model.Calls.NextAsync()).Finish("two");

        Assert.Equal("Team: two", (await run.EndAsync()).Response);
        Assert.Equal(2, (await run.HistoryAsync()).Count(entry => entry.Payload is InputReceived));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task StoredRetry_ComesWhenItsTimeHasCome(int format)
    {
        await using var run = await Run.StartAsync(format, "retry-that-is-stored");
        var started = run.Open.All<ToolStarted>().Single();
        var again = run.Tools[1].Calls.NextAsync();
        await run.Harness.AdvanceUntilAsync(again);
        var put = await again;
        Assert.Equal((2, started.CallId, started.IdempotencyKey), (put.Call.Attempt, put.Call.CallId, put.Call.IdempotencyKey));
        Assert.True(run.Harness.Time.GetUtcNow() >= run.Open.All<AttemptFailed>().Single().RetryAt);
        put.Succeed("put");
        (await run.Harness.Model.Calls.NextAsync()).Finish("Done.");

        Assert.Equal("Done.", (await run.EndAsync()).Response);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Person_Answers_ItGoesOn(int format)
    {
        await using var run = await Run.StartAsync(format, "person-is-asked");
        await run.AnswerAsync(run.Open.All<Interrupted>().Single().Interrupt, "\"Fine.\"");

        Assert.Equal("Fine.", (await run.EndAsync()).Response);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task CallInANestedGraph_IsRepeatedAndTheGraphGoesOn(int format)
    {
        await using var run = await Run.StartAsync(format, "call-in-a-nested-graph");
        var started = run.Open.All<ToolStarted>().Single();
        var put = await run.Tools[1].Calls.NextAsync();
        Assert.Equal((started.CallId, started.IdempotencyKey), (put.Call.CallId, put.Call.IdempotencyKey));
        put.Succeed("put");
        (await run.Harness.Model.Calls.NextAsync()).Finish("Dear Ada");
        var pay = await run.Tools[0].Calls.NextAsync();
        Assert.Equal(format == 1, pay.Call.CallId == "call");
        Assert.True(pay.Has("Ada"));
        pay.Succeed("receipt");

        Assert.Equal("receipt", (await run.EndAsync()).Response);
    }

    private static IEnumerable<FunctionResultContent> Results(ModelCall call) =>
        call.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>();

    private sealed class Run(OpenExecution open, EngineHarness harness, GatedTool[] tools) : IAsyncDisposable
    {
        public OpenExecution Open => open;

        public EngineHarness Harness => harness;

        public GatedTool[] Tools => tools;

        public static async Task<Run> StartAsync(int format, string name)
        {
            var open = await OpenExecutions.ReadAsync(format, name);
            var tools = OpenExecutions.Tools();
            var harness = await EngineHarness.StartAsync(tools);
            await open.RestoreAsync(harness.Store);
            return new Run(open, harness, tools);
        }

        /// <summary>The key that the first start of a call recorded.</summary>
        public string KeyOf(string call) => open.All<ToolStarted>().First(started => started.CallId == call).IdempotencyKey;

        public async Task<Interrupt> AskedAsync(string reason)
        {
            var question = Assert.Single((await harness.WaitAsync(open.Id)).Interrupts);
            Assert.Equal(reason, question.Reason);
            return question;
        }

        public async Task AnswerAsync(Interrupt question, string answer)
        {
            var request = new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = JsonElement.Parse(answer) } };
            var reply = await harness.Client.ResumeAsync(open.Id, request, Token);
            Assert.True(reply.IsDone, reply.Refusal?.ToString());
        }

        public Task<IReadOnlyList<Entry>> HistoryAsync() => harness.Client.GetHistoryAsync(OpenExecution.Thread, 1, 500, Token);

        /// <summary>The end; the entries that were there are there as they were.</summary>
        public async Task<ExecutionResult> EndAsync()
        {
            var result = await harness.WaitAsync(open.Id);
            Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
            var stored = await harness.Store.For(TenantId.Default).ReadAsync(OpenExecution.Thread, 1, 500, Token);
            Assert.Equal(
                open.Journal.Select(entry => Convert.ToHexString(entry.Body.Span)), stored.Take(open.Journal.Count).Select(entry => Convert.ToHexString(entry.Body.Span)));
            Assert.Equal(result.Response, (await harness.Client.GetAsync(open.Id, Token))!.Response);
            return result;
        }

        public ValueTask DisposeAsync() => harness.DisposeAsync();
    }
}
