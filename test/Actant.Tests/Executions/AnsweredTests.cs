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
