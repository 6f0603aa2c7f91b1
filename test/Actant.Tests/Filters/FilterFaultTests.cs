using System.Text.Json;
using Actant.Api;
using Actant.Executions;
using Actant.Filters;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Actant.Tools;

namespace Actant.Tests.Filters;

/// <summary>Filters that do what they may not, and what becomes of it: nothing that they say of it can be used, and the code says so.</summary>
[Trait("Row", "C4")]
public sealed class FilterFaultTests
{
    private const string Agent = "name: a\nmodel: {provider: gated, model_name: any}\nnodes: [{name: main, type: agent, tools: [pay], on_error: {backoff_ms: 1}}]";
    private const string Echo = """{name: echo, nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Misfits => ["42", "null", "[]", """{"messages":"x"}"""];

    [Fact]
    public async Task Next_AfterTheFilterHasReturned_CallsNothing()
    {
        FilterNext<ToolResult>? kept = null;
        var pay = new GatedTool("pay");
        var filter = new Of<ToolCallContext, ToolResult>((_, next, _) =>
        {
            kept = next;
            return new(ToolResult.Succeeded("made up"));
        });
        await using var harness = await EngineHarness.StartAsync([pay], filters: [filter]);
        harness.Model.Responds = DemandPay;
        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!(CancellationToken.None));

        Assert.Equal((ExecutionStatus.Completed, 0), (result.Record.Status, pay.Calls.Count));
        Assert.Contains("returned", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToolFilter_ReturnsADisposedDocument_CallHasFailedByTheFilter()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed("paid") };
        var filter = new Of<ToolCallContext, ToolResult>(static async (_, next, stop) => (await next(stop)).With(Disposed()));
        await using var harness = await EngineHarness.StartAsync([pay], filters: [filter]);
        harness.Model.Responds = DemandPay;

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(("done", "filter_failed"), (result.Response, Assert.Single(result.ToolResults).Failure!.Code));
    }

    [Theory]
    [InlineData("disposed")]
    [InlineData("null call")]
    [InlineData("number")]
    [InlineData("file")]
    [InlineData("large")]
    public async Task ModelFilter_ReturnsWhatIsNoMessage_NodeFailsByTheFilter(string what)
    {
        var message = Message.OfText(Roles.Assistant, "x");
        message = what switch
        {
            "disposed" => message with { Content = Disposed() },
            "null call" => message with { ToolCalls = [null!] },
            "number" => message with { Content = JsonElement.Parse("42") },
            "file" => message with { Content = JsonElement.Parse("""[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]""") },
            _ => message with { Content = Large() },
        };
        var filter = new Of<ModelCallContext, ModelAnswer>((_, _, _) => new(new ModelAnswer(message)));
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay")], filters: [filter]);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal("filter_failed", result.Record.Failure?.Code);
    }

    [Fact]
    public async Task OutputFilter_ReturnsMoreThanCanBeKept_ExecutionHasFailedByTheFilter()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<OutputContext, JsonElement>(static (_, _, _) => new(Large()))]);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Echo)).Id);

        Assert.Equal("filter_failed", result.Record.Failure?.Code);
    }

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task InputFilter_MakesWhatIsNoInput_IsItsFaultAndNotTheCallers(string made)
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<InputContext, JsonElement>((_, _, _) => new(JsonElement.Parse(made)))]);

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(Echo), Token);

        Assert.Equal("filter_failed", reply.Refusal?.Code);
        Assert.StartsWith("What the filters made of the input", reply.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DelegationFilter_MakesWhatIsNoTask_OtherAgentIsToldNothing()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<DelegationContext, JsonElement>(static (_, _, _) => new(JsonElement.Parse("42")))]);
        harness.Model.Responds = static call =>
        {
            Assert.Equal("lead", call.System);
            if (call.Messages.Count == 2)
            {
                call.Demand("a", "delegate_to_law", ("task", "go"));
            }

            call.Finish("done");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Desk)).Id);

        Assert.Equal(("done", "filter_failed"), (result.Response, Assert.Single(result.ToolResults).Failure?.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bad Code \n\r!")]
    [InlineData("1st")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Refusal_WithACodeThatIsNoWord_IsAFailureOfTheFilter(string code)
    {
        await using var harness = await EngineHarness.StartAsync(
            filters: [new Of<InputContext, JsonElement>((_, _, _) => throw new FilterRefusedException(code, "No."))]);

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(Echo), Token);

        Assert.Equal("filter_failed", reply.Refusal?.Code);
    }

    [Theory]
    [InlineData("execution_not_found", ErrorCategory.Conflict)]
    [InlineData("internal_error", ErrorCategory.Conflict)]
    [InlineData("too_rude", ErrorCategory.Conflict)]
    [InlineData("filter_failed", ErrorCategory.Internal)]
    public async Task Refusal_WithACodeThatStandsForSomethingElse_IsAConflictAllTheSame(string code, ErrorCategory category)
    {
        await using var harness = await EngineHarness.StartAsync(
            filters: [new Of<InputContext, JsonElement>((_, _, _) => throw new FilterRefusedException(code, "No."))]);

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(Echo), Token);

        Assert.Equal((code, category), (reply.Refusal?.Code, RefusalTable.Of(reply.Refusal!).Category));
    }

    [Fact]
    public async Task Filter_WhoseNameThrows_FailsLikeAnother()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Nameless()]);

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(Echo), Token);

        Assert.Equal("filter_failed", reply.Refusal?.Code);
        Assert.Contains(nameof(Nameless), reply.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_ThatIsNull_StartsNothing()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(async () => await EngineHarness.StartAsync(filters: [new Nameless(), null!]));

        Assert.Contains("Filter 2 of 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InputFilter_ThatNeverAnswers_IsWaitedForAMinute()
    {
        var never = new TaskCompletionSource<JsonElement>();
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<InputContext, JsonElement>((_, _, _) => new(never.Task))]);

        var submitting = harness.Client.SubmitAsync(EngineHarness.Request(Echo), Token);
        await harness.AdvanceUntilAsync(submitting);

        Assert.Equal("filter_failed", (await submitting).Refusal?.Code);
        Assert.Contains("60 s", (await submitting).Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputFilter_ThatNeverAnswers_CancelIsHeardMeanwhile()
    {
        var (begun, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<JsonElement>());
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<OutputContext, JsonElement>((_, _, _) => Begin(begun, never, CancellationToken.None))]);
        var record = await harness.SubmitAsync(Echo);
        await begun.Task.WaitAsync(EngineHarness.Patience, Token);

        await harness.Client.CancelAsync(record.Id, "enough", Token);

        // The clock stands still.
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(record.Id)).Record.Status);
    }

    [Fact]
    public async Task OutputFilter_ThatNeverAnswers_DeadlineEndsTheExecution()
    {
        var (begun, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<JsonElement>());
        await using var harness = await EngineHarness.StartAsync(filters: [new Of<OutputContext, JsonElement>((_, _, stop) => Begin(begun, never, stop))]);
        var record = await harness.SubmitAsync(Echo, "x", static request => request with { Timeout = TimeSpan.FromSeconds(20) });
        await begun.Task.WaitAsync(EngineHarness.Patience, Token);

        var ended = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(ended);

        Assert.Equal(ExecutionStatus.TimedOut, (await ended).Record.Status);
    }

    [Fact]
    public async Task Submission_SentAgain_IsTheSameWhateverFiltersMakeOfIt()
    {
        var passed = 0;
        await using var harness = await EngineHarness.StartAsync(
            filters: [new Of<InputContext, JsonElement>((_, _, _) => new(Text($"token {++passed}")))]);
        var request = EngineHarness.Request(Echo, "card 4111") with { IdempotencyKey = "k" };

        var first = await harness.Client.SubmitAsync(request, Token);
        var again = await harness.Client.SubmitAsync(request, Token);
        var other = await harness.Client.SubmitAsync(EngineHarness.Request(Echo, "card 4222") with { IdempotencyKey = "k" }, Token);

        Assert.Equal((first.Value!.Id, true, 1), (again.Value?.Id, again.IsReplayed, passed));
        Assert.Equal("idempotency_conflict", other.Refusal?.Code);
    }

    [Fact]
    public async Task StateUpdate_SentAgain_IsTheSameWhateverFiltersMakeOfIt()
    {
        var passed = 0;
        await using var harness = await EngineHarness.StartAsync(
            filters: [new Of<StateUpdateContext, JsonElement>((_, _, _) => new(Text($"token {++passed}")))]);
        var record = await harness.SubmitAsync(Echo);
        await harness.WaitAsync(record.Id);

        var first = await UpdateAsync("card 4111");
        var again = await UpdateAsync("card 4111");
        var other = await UpdateAsync("card 4222");
        await harness.WaitAsync((await harness.SubmitAsync(Echo, "x", request => request with { Thread = record.Thread.Thread })).Id);

        Assert.Equal((true, false, true, true), (first.IsDone, first.IsReplayed, again.IsDone, again.IsReplayed));
        Assert.Equal("idempotency_conflict", other.Refusal?.Code);
        Assert.Equal("token 1", (await harness.Client.GetStateAsync(record.Thread.Thread, null, Token))!.Values["k"].GetString());
        var history = await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);
        Assert.Single(history, static entry => entry.Payload is StateUpdated);

        Task<Reply<ThreadRecord>> UpdateAsync(string value) => harness.Client.UpdateStateAsync(
            record.Thread.Thread,
            new StateUpdateRequest { IdempotencyKey = "k", Operations = [new StateOperation { Op = StateOperationKind.Set, Key = "k", Value = Text(value) }] },
            Token);
    }

    private static ValueTask<JsonElement> Begin(TaskCompletionSource begun, TaskCompletionSource<JsonElement> never, CancellationToken stop)
    {
        begun.TrySetResult();
        return new(never.Task.WaitAsync(stop));
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text);

    private static JsonElement Large() => JsonElement.Parse($"\"{new string('x', JsonLimits.MaxValueBytes)}\"");

    private static JsonElement Disposed()
    {
        using var document = JsonDocument.Parse("{}");
        return document.RootElement;
    }

    private static void DemandPay(ModelCall call)
    {
        if (call.Messages.Count == 1)
        {
            call.Demand("a", "pay", ("to", "x"));
        }

        call.Finish("done");
    }

    private sealed class Of<TContext, TResult>(Func<TContext, FilterNext<TResult>, CancellationToken, ValueTask<TResult>> invoke) : IFilter<TContext, TResult>
        where TContext : FilterContext
    {
        public ValueTask<TResult> InvokeAsync(TContext context, FilterNext<TResult> next, CancellationToken cancellationToken) => invoke(context, next, cancellationToken);
    }

    private sealed class Nameless : IFilter<InputContext, JsonElement>
    {
        public string Name => throw new InvalidOperationException("It has none.");

        public ValueTask<JsonElement> InvokeAsync(InputContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken) => throw new InvalidOperationException("Broken.");
    }
}
