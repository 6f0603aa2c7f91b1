using System.Text.Json;
using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Who answers and then waits is not asked again, whoever takes the answer up and whenever.</summary>
[Trait("Row", "X9")]
public sealed class AnsweredTests
{
    private const string Ask = """
        name: ask
        nodes:
          - {name: approve, type: human, prompt: "Send?"}
          - {name: end, type: prompt, template: "{{ state.approve }}"}
        edges: [{from: approve, to: end}]
        """;

    private const string AskTwice = """
        name: twice
        nodes: [{name: a, type: human, prompt: A?}, {name: b, type: human, prompt: B?}]
        edges: [{from: start, to: a}, {from: start, to: b}]
        """;

    private const string Talk = """
        name: talk
        model: {provider: gated, model_name: any}
        """;

    private const string AskBeside = """
        name: beside
        nodes:
          - {name: ask, type: human, prompt: "Send?"}
          - {name: tell, type: prompt, template: x, model: {provider: gated, model_name: any}}
        edges: [{from: start, to: ask}, {from: start, to: tell}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_AnsweredOnAFullNode_WaitsUntilTheAnswerIsTakenUp()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var asked = await AskAsync(harness, Ask);
        var busy = await FillAsync(harness, harness.Client);

        Assert.True((await AnswerAsync(harness.Client, asked)).IsDone);
        var waiting = harness.Client.WaitAsync(asked.Record.Id, Token);
        busy.Finish("done");

        var result = await waiting.WaitAsync(EngineHarness.Patience, Token);
        Assert.Equal((ExecutionStatus.Completed, "yes"), (result.Record.Status, result.Response));
    }

    [Fact]
    public async Task GetAsync_AnsweredOnAFullNode_ShowsOpenQuestionsOnly()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var asked = await AskAsync(harness, AskTwice);
        await FillAsync(harness, harness.Client);

        Assert.True((await AnswerAsync(harness.Client, asked)).IsDone);
        var one = (await harness.Client.GetAsync(asked.Record.Id, Token))!;
        Assert.Equal("interrupt_answered", (await AnswerAsync(harness.Client, asked)).Refusal!.Code);
        Assert.True((await AnswerAsync(harness.Client, one)).IsDone);
        var none = (await harness.Client.GetAsync(asked.Record.Id, Token))!;

        Assert.Equal((ExecutionStatus.Interrupted, asked.Interrupts[1].Id), (one.Record.Status, Assert.Single(one.Interrupts).Id));
        Assert.Equal((ExecutionStatus.Running, 0), (none.Record.Status, none.Interrupts.Count));
    }

    [Fact]
    public async Task WaitAsync_OneOfTwoQuestionsAnswered_ShowsOnlyTheOther()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var asked = await AskAsync(harness, AskTwice);
        var busy = await FillAsync(harness, harness.Client);

        Assert.True((await AnswerAsync(harness.Client, asked)).IsDone);
        var waiting = harness.Client.WaitAsync(asked.Record.Id, Token);
        busy.Finish("done");

        var result = await waiting.WaitAsync(EngineHarness.Patience, Token);
        Assert.Equal((ExecutionStatus.Interrupted, asked.Interrupts[1].Id), (result.Record.Status, Assert.Single(result.Interrupts).Id));
    }

    [Fact]
    public async Task WaitAsync_CancelledOnAFullNode_IsToldOfTheEnd()
    {
        await using var harness = await EngineHarness.StartAsync();
        var asked = await AskAsync(harness, Ask);
        var key = asked.Record.Thread;
        var stored = await harness.Store.For(TenantId.Default).SignalAsync(
            key.Thread, [new Signal { Kind = SignalKind.Cancel, Execution = asked.Record.Id, Key = "cancel", Body = "{}"u8.ToArray() }], Token);
        Assert.Equal(SignalOutcome.Stored, stored.Outcome);

        var waiting = harness.Client.WaitAsync(asked.Record.Id, Token);
        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal(ExecutionStatus.Cancelled, (await waiting).Record.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitAsync_AnsweredAndWaitedForOnAnotherNode_WaitsUntilTheAnswerIsTakenUp(bool answersThere)
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var asked = await AskAsync(harness, Ask);
        var busy = await FillAsync(harness, harness.Client);
        var other = await harness.AddNodeAsync();
        await FillAsync(harness, other.Client);

        Assert.True((await AnswerAsync(answersThere ? other.Client : harness.Client, asked)).IsDone);
        var waiting = other.Client.WaitAsync(asked.Record.Id, Token);
        busy.Finish("done");
        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal((ExecutionStatus.Completed, "yes"), ((await waiting).Record.Status, (await waiting).Response));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("exit")]
    public async Task GetAsync_AnswerTakenUpAndNotCommitted_NeverShowsTheQuestion(string durability)
    {
        await using var harness = await EngineHarness.StartAsync();
        var asked = await AskAsync(harness, $$$"""
            name: later
            durability: {{{durability}}}
            nodes:
              - {name: approve, type: human, prompt: "Send?"}
              - {name: end, type: prompt, template: x, model: {provider: gated, model_name: any}}
            edges: [{from: approve, to: end}]
            """);
        var other = await harness.AddNodeAsync();

        Assert.True((await AnswerAsync(harness.Client, asked)).IsDone);
        var looks = new List<ExecutionResult> { (await harness.Client.GetAsync(asked.Record.Id, Token))! };
        var call = await harness.Model.Calls.NextAsync();
        looks.Add((await harness.Client.GetAsync(asked.Record.Id, Token))!);
        looks.Add((await other.Client.GetAsync(asked.Record.Id, Token))!);
        call.Finish("done");
        looks.Add(await harness.WaitAsync(asked.Record.Id));

        Assert.All(looks, look => Assert.Empty(look.Interrupts));
        Assert.Equal(
            [ExecutionStatus.Running, ExecutionStatus.Running, ExecutionStatus.Running, ExecutionStatus.Completed], looks.Select(look => look.Record.Status));
    }

    [Fact]
    public async Task GetAsync_OneOfTwoTakenUpAndNotCommitted_ShowsTheOther()
    {
        await using var harness = await EngineHarness.StartAsync();
        var asked = await AskAsync(harness, """
            name: later
            durability: exit
            nodes:
              - {name: a, type: human, prompt: A?}
              - {name: b, type: human, prompt: B?}
              - {name: end, type: prompt, template: x, model: {provider: gated, model_name: any}}
            edges: [{from: start, to: a}, {from: start, to: b}, {from: a, to: end}]
            """);
        Assert.Equal("A?", asked.Interrupts[0].Prompt);

        Assert.True((await AnswerAsync(harness.Client, asked)).IsDone);
        await harness.Model.Calls.NextAsync();
        var look = (await harness.Client.GetAsync(asked.Record.Id, Token))!;

        Assert.Equal((ExecutionStatus.Running, "B?"), (look.Record.Status, Assert.Single(look.Interrupts).Prompt));
    }

    [Theory]
    [InlineData(Talk, 0)]
    [InlineData(AskBeside, 1)]
    public async Task GetAsync_Running_ReadsTheInboxOnlyForOpenQuestions(string definition, int reads)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(definition, "hello");
        await harness.Model.Calls.NextAsync();
        if (reads > 0)
        {
            await harness.Node.Store.Appends.NextAsync(IsAsking);
        }

        // It runs nothing: only looks from outside read an inbox through it.
        var other = await harness.AddNodeAsync();
        var look = (await other.Client.GetAsync(submitted.Id, Token))!;

        Assert.Equal((ExecutionStatus.Running, reads, reads), (look.Record.Status, look.Interrupts.Count, other.Store.InboxReads));
    }

    [Theory]
    [InlineData(ExecutionStatus.Cancelled)]
    [InlineData(ExecutionStatus.TimedOut)]
    [InlineData(ExecutionStatus.Failed)]
    public async Task Interrupts_OfAnEndedExecution_AreNone(ExecutionStatus end)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(AskBeside, "hello", static request => request with { Timeout = TimeSpan.FromSeconds(20) });
        var call = await harness.Model.Calls.NextAsync();
        await harness.Node.Store.Appends.NextAsync(IsAsking);
        Assert.Single((await harness.Client.GetAsync(submitted.Id, Token))!.Interrupts);
        var waiting = harness.WaitAsync(submitted.Id);
        switch (end)
        {
            case ExecutionStatus.Cancelled:
                Assert.True((await harness.Client.CancelAsync(submitted.Id, null, Token)).IsDone);
                break;
            case ExecutionStatus.Failed:
                call.Fail("model_rejected", transient: false);
                break;
            default:
                await harness.AdvanceUntilAsync(waiting);
                break;
        }

        Assert.Equal((end, 0), ((await waiting).Record.Status, (await waiting).Interrupts.Count));
        Assert.Empty((await harness.Client.GetAsync(submitted.Id, Token))!.Interrupts);
    }

    private static bool IsAsking(AppendRequest append) => append.Entries.Any(entry => entry.Body.Span.IndexOf("\"interrupted\""u8) >= 0);

    private static async Task<ExecutionResult> AskAsync(EngineHarness harness, string definition)
    {
        var result = await harness.WaitAsync((await harness.SubmitAsync(definition)).Id);
        Assert.Equal(ExecutionStatus.Interrupted, result.Record.Status);
        return result;
    }

    /// <summary>Takes the only slot of a node; gives the call that frees it.</summary>
    private static async Task<ModelCall> FillAsync(EngineHarness harness, ExecutionClient client)
    {
        Assert.True((await client.SubmitAsync(EngineHarness.Request(Talk, "hello"), Token)).IsDone);
        return await harness.Model.Calls.NextAsync();
    }

    private static Task<Reply<ExecutionRecord>> AnswerAsync(ExecutionClient client, ExecutionResult asked) => client.ResumeAsync(
        asked.Record.Id,
        new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [asked.Interrupts[0].Id] = JsonElement.Parse("\"yes\"") } },
        Token);
}
