using System.Text.Json;
using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X9")]
public sealed class InterruptTests
{
    private const string Ask = """
        name: ask
        nodes:
          - {name: approve, type: human, prompt: "Send to {{ state.who }}?", response_schema: {type: object, properties: {ok: {type: boolean}}, required: [ok]}}
          - {name: end, type: prompt, template: "{{ state.approve.ok }}"}
        edges: [{from: approve, to: end}]
        """;

    private const string AskTwice = """
        name: twice
        nodes:
          - {name: a, type: human, prompt: A?}
          - {name: b, type: human, prompt: B?}
          - {name: c, type: prompt, template: c, model: {provider: gated, model_name: any}}
          - {name: end, type: prompt, template: "{{ state.a }}{{ state.b }}{{ state.c }}"}
        edges: [{from: start, to: a}, {from: start, to: b}, {from: start, to: c}, {from: a, to: end}, {from: b, to: end}, {from: c, to: end}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Human_Asks_StatusIsInterruptedAndTheLeaseIsGone()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, question) = await AskAsync(harness);

        Assert.Equal(("human", "Send to Ada?"), (question.Reason, question.Prompt));
        Assert.Equal("object", question.ResponseSchema!.Value.GetProperty("type").GetString());
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.Client.GetThreadAsync(record.Thread.Thread, Token))!.Status);
        var stop = await harness.Store.For(TenantId.Default).SignalAsync(
            record.Thread.Thread, [new Signal { Kind = SignalKind.Stop, Execution = record.Id, Key = "look" }], Token);
        Assert.Null(stop.HeldBy);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResumeAsync_WithOrWithoutId_GoesOn(bool byId)
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, question) = await AskAsync(harness);
        var answer = Json("""{"ok": true}""");
        var reply = await harness.Client.ResumeAsync(
            record.Id, byId ? new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = answer } } : new ResumeRequest { Answer = answer }, Token);

        Assert.True(reply.IsDone);
        Assert.Equal("true", (await harness.WaitAsync(record.Id)).Response);
    }

    [Fact]
    public async Task ResumeAsync_WrongAnswers_AreRefusedAndNothingIsStored()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, question) = await AskAsync(harness);

        Assert.Equal("interrupt_not_found", (await ResumeAsync(harness, record.Id, "int_x", """{"ok": true}""")).Refusal!.Code);
        var misfit = await ResumeAsync(harness, record.Id, question.Id, """{"ok": "yes"}""");
        Assert.Equal("invalid_answer", misfit.Refusal!.Code);
        Assert.Equal($"$.answers[\"{question.Id}\"].ok", Assert.Single(misfit.Refusal.Errors!).Path);
        Assert.Equal("invalid_answer", (await harness.Client.ResumeAsync(record.Id, new ResumeRequest(), Token)).Refusal!.Code);
        Assert.Equal("execution_not_found", (await ResumeAsync(harness, new ExecutionId(Guid.NewGuid()), question.Id, "1")).Refusal!.Code);
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);

        Assert.True((await ResumeAsync(harness, record.Id, question.Id, """{"ok": false}""")).IsDone);
        Assert.Equal("false", (await harness.WaitAsync(record.Id)).Response);
        Assert.Equal("execution_ended", (await ResumeAsync(harness, record.Id, question.Id, """{"ok": true}""")).Refusal!.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResumeAsync_TwentyAtOnce_OneWins(bool sameAnswer)
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, ids) = await AskTwiceAsync(harness);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => ResumeAsync(harness, record.Id, ids["A?"], sameAnswer ? "1" : $"{i}"))));

        Assert.Single(replies, reply => reply.IsDone);
        Assert.All(replies.Where(reply => !reply.IsDone), reply => Assert.Equal("interrupt_answered", reply.Refusal!.Code));
        await harness.WaitAsync(record.Id);
        Assert.Equal("interrupt_answered", (await ResumeAsync(harness, record.Id, ids["A?"], "1")).Refusal!.Code);
    }

    [Fact]
    public async Task ResumeAsync_NothingIsAsked_SaysWhetherItWasBefore()
    {
        await using var harness = await EngineHarness.StartAsync();
        var never = await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        Assert.Equal("interrupt_not_found", (await harness.Client.ResumeAsync(never.Id, new ResumeRequest { Answer = Json("1") }, Token)).Refusal!.Code);

        var asking = await harness.SubmitAsync(TestAgents.Asking);
        await harness.WaitAsync(asking.Id);
        Assert.True((await harness.Client.ResumeAsync(asking.Id, new ResumeRequest { Answer = Json("1") }, Token)).IsDone);
        await harness.Model.Calls.NextAsync();
        Assert.Equal("interrupt_answered", (await harness.Client.ResumeAsync(asking.Id, new ResumeRequest { Answer = Json("2") }, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task ResumeAsync_SeveralQuestions_NeedIdsAndCanBeAnsweredTogether()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, ids) = await AskTwiceAsync(harness);
        Assert.Equal("interrupt_ambiguous", (await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = Json("1") }, Token)).Refusal!.Code);

        var both = new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [ids["A?"]] = Json("1"), [ids["B?"]] = Json("2") } };
        Assert.True((await harness.Client.ResumeAsync(record.Id, both, Token)).IsDone);
        Assert.Equal("12C", (await harness.WaitAsync(record.Id)).Response);
    }

    [Fact]
    public async Task Interrupts_InTwoBranches_LetTheOthersGoOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(AskTwice);
        var call = await harness.Model.Calls.NextAsync();
        await harness.Node.Store.Appends.NextAsync(append => append.Entries.Count(entry => Text(entry.Body).Contains("\"interrupted\"", StringComparison.Ordinal)) == 2);
        var open = await harness.Client.GetAsync(submitted.Id, Token);
        Assert.Equal(ExecutionStatus.Running, open!.Record.Status);
        Assert.Equal(2, open.Interrupts.Count);

        Assert.True((await ResumeAsync(harness, submitted.Id, open.Interrupts[1].Id, "2")).IsDone);
        await harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry => Text(entry.Body).Contains("\"resumed\"", StringComparison.Ordinal)));
        call.Finish("C");
        var asleep = await harness.WaitAsync(submitted.Id);
        Assert.Equal(open.Interrupts[0].Id, Assert.Single(asleep.Interrupts).Id);

        Assert.True((await harness.Client.ResumeAsync(submitted.Id, new ResumeRequest { Answer = Json("1") }, Token)).IsDone);
        Assert.Equal("12C", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Fact]
    public async Task ResumeAsync_DaysLaterInAnotherEngine_GoesOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, question) = await AskAsync(harness, TimeSpan.FromHours(1));
        harness.Node.Kill();
        harness.Time.Advance(TimeSpan.FromDays(30));
        var node = await harness.AddNodeAsync();
        var reply = await node.Client.ResumeAsync(
            record.Id, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = Json("""{"ok": true}""") } }, Token);

        Assert.True(reply.IsDone);
        Assert.Equal("true", (await harness.WaitAsync(record.Id)).Response);
    }

    [Fact]
    public async Task SubmitAsync_OnAThreadThatWaits_NamesTheQuestionsUnlessAStrategyIsStated()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (record, question) = await AskAsync(harness);
        var request = EngineHarness.Request(Ask, new { who = "Bob" }) with { Thread = record.Thread.Thread };
        var refused = await harness.Client.SubmitAsync(request, Token);
        Assert.Equal("thread_interrupted", refused.Refusal!.Code);
        Assert.Contains(question.Id, refused.Refusal.Message, StringComparison.Ordinal);

        var queued = await harness.Client.SubmitAsync(request with { WhenBusy = BusyStrategy.Enqueue }, Token);
        Assert.True(queued.IsDone);
        Assert.True((await ResumeAsync(harness, record.Id, question.Id, """{"ok": true}""")).IsDone);
        Assert.Equal("true", (await harness.WaitAsync(record.Id)).Response);
        Assert.Equal("Send to Bob?", Assert.Single((await harness.WaitAsync(queued.Value!.Id)).Interrupts).Prompt);
    }

    [Fact]
    public async Task Human_InAFailedNestedGraph_IsNotAskedAnyMore()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: stale
            nodes:
              - name: inner
                type: graph
                on_error: continue
                graph:
                  nodes:
                    - {name: ask, type: human, prompt: Inner?}
                    - {name: bad, type: prompt, template: x, model: {provider: gated, model_name: any}}
                  edges: [{from: start, to: ask}, {from: start, to: bad}]
              - {name: outer, type: human, prompt: Outer?}
            edges: [{from: inner, to: outer}]
            """);
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("Outer?", Assert.Single(result.Interrupts).Prompt);
        Assert.Equal("Outer?", Assert.Single((await harness.Client.GetAsync(submitted.Id, Token))!.Interrupts).Prompt);
    }

    private static async Task<(ExecutionRecord Record, Actant.Journaling.Interrupt Question)> AskAsync(EngineHarness harness, TimeSpan? timeout = null)
    {
        var submitted = await harness.SubmitAsync(Ask, new { who = "Ada" }, request => request with { Timeout = timeout });
        var result = await harness.WaitAsync(submitted.Id);
        Assert.Equal(ExecutionStatus.Interrupted, result.Record.Status);
        return (submitted, Assert.Single(result.Interrupts));
    }

    private static async Task<(ExecutionRecord Record, Dictionary<string, string> Ids)> AskTwiceAsync(EngineHarness harness)
    {
        var submitted = await harness.SubmitAsync(AskTwice);
        (await harness.Model.Calls.NextAsync()).Finish("C");
        var result = await harness.WaitAsync(submitted.Id);
        return (submitted, result.Interrupts.ToDictionary(open => open.Prompt, open => open.Id, StringComparer.Ordinal));
    }

    private static Task<Reply<ExecutionRecord>> ResumeAsync(EngineHarness harness, ExecutionId id, string interrupt, string answer) =>
        harness.Client.ResumeAsync(id, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [interrupt] = Json(answer) } }, Token);

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static string Text(ReadOnlyMemory<byte> body) => System.Text.Encoding.UTF8.GetString(body.Span);
}
