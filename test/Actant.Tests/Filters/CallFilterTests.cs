using System.Text.Json;
using Actant.Filters;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Filters;

/// <summary>What filters around calls see, and what they cannot do.</summary>
[Trait("Row", "C4")]
public sealed class CallFilterTests
{
    private const string Agent = "name: a\nmodel: {provider: gated, model_name: any}\nnodes: [{name: main, type: agent, tools: [pay], on_error: {backoff_ms: 1}}]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ModelFilter_SeesTheQuestionThePriceAndWhatAFailedAttemptTook()
    {
        var seen = new List<string>();
        var prices = new ModelPriceTable([new ModelPrice { Provider = "gated", Model = "*", Input = 1_000_000, Output = 2_000_000, Date = new(2026, 1, 1), Source = "test" }]);
        var filter = new OfModels(async (call, next, stop) =>
        {
            seen.Add($"{call.Messages[^1].Text} {string.Join(',', call.Tools.Select(static tool => tool.Name))} {call.Attempt} {call.Turn} {call.Estimate.OutputTokens}");
            Assert.True(call.Estimate.InputTokens > 0);
            Assert.Equal(call.Estimate.InputTokens + (2 * TokenEstimate.UnstatedOutput), call.Estimate.CostUsd);
            try
            {
                return await next(stop);
            }
            finally
            {
                seen.Add($"{call.Spent.Usage.Total} {call.Spent.CostUsd} {call.Key == $"{call.MessageId}/{call.Attempt}/1"}");
            }
        });
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay")], prices: prices, filters: [filter]);
        var record = await harness.SubmitAsync(Agent, "hello");
        var first = await harness.Model.Calls.NextAsync();
        first.Count(10, 5);
        first.Fail("model_stream_broken");
        var asking = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asking);
        (await asking).Finish("hi");
        await harness.WaitAsync(record.Id);

        Assert.Equal(["hello pay 1 0 4096", "15 20 True", "hello pay 2 0 4096", "3 4 True"], seen);
    }

    [Fact]
    public async Task ModelFilter_ThatAnswersItself_AsksNobody()
    {
        var filter = new OfModels(static (_, _, _) => new(new ModelAnswer(Message.OfText("user", "from memory")) { FinishReason = FinishReasons.Stop }));
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay")], filters: [filter]);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(("from memory", 0, 0), (result.Response, harness.Model.Calls.Count, result.Usage.Total));
        Assert.Equal((Roles.Assistant, FinishReasons.Stop), (result.Messages[^1].Role, result.FinishReason));
    }

    [Fact]
    public async Task ModelFilter_ThatAnswersWhatCannotBeStored_HasFailed()
    {
        var filter = new OfModels(static (_, _, _) => new(new ModelAnswer(Message.OfText(Roles.Assistant, "x") with { Content = default })));
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay")], filters: [filter]);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(FilterRefusedException.FilterFailed, result.Record.Failure!.Code);
    }

    [Fact]
    public async Task ModelFilter_ThatKeepsACallNobodyCanRead_LeavesItToTheTool()
    {
        var filter = new OfModels(static async (_, next, _) =>
        {
            var answer = await next(Token);
            return answer with { Message = answer.Message with { Content = JsonElement.Parse("\"seen\"") } };
        });
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay")], filters: [filter]);
        var record = await harness.SubmitAsync(Agent);
        var first = await harness.Model.Calls.NextAsync();
        first.Give(new FunctionCallContent("c", "pay")
        {
            Exception = new JsonException(),
            AdditionalProperties = new() { [ModelCallProperties.RawArguments] = """{"\ud800":1}""" },
        });
        first.Finish();
        (await harness.Model.Calls.NextAsync()).Finish("ok");

        var result = await harness.WaitAsync(record.Id);

        Assert.Equal(("seen", ExecutionStatus.Completed), (result.Response, result.Record.Status));
        Assert.Contains(result.Messages, static message => message.Text.Contains("half of a surrogate pair", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ToolFilter_CallsTwice_FailsTheCallThatWasMadeOnce()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed("paid") };
        var filter = new OfTools(static async (_, next, stop) =>
        {
            await next(stop);
            return await next(stop);
        });
        await using var harness = await EngineHarness.StartAsync([pay], filters: [filter]);
        harness.Model.Responds = DemandOnce;

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(1, pay.Calls.Count);
        Assert.Equal(FilterRefusedException.FilterFailed, Assert.Single(result.ToolResults).Failure!.Code);
    }

    [Fact]
    public async Task ToolFilter_GivesUpWaiting_TheUnsafeCallIsKnownAllTheSame()
    {
        var pay = new GatedTool("pay");
        var filter = new OfTools(static async (call, next, stop) =>
        {
            _ = next(stop).AsTask();
            await Task.Yield();
            throw new TimeoutException("No patience.");
        });
        await using var harness = await EngineHarness.StartAsync([pay], filters: [filter]);
        harness.Model.Responds = DemandOnce;
        var record = await harness.SubmitAsync(Agent);
        (await pay.Calls.NextAsync()).Throw(new ToolOutcomeUnknownException("The line broke."));

        var asked = Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);

        Assert.Equal(InterruptReasons.ToolOutcomeUnknown, asked.Reason);
    }

    [Fact]
    public async Task Filters_ArePassedInTheirOrder_AndBackInTheOpposite()
    {
        var seen = new List<string>();
        await using var harness = await EngineHarness.StartAsync([new GatedTool("pay") { Responds = static call => call.Succeed("paid") }], filters: [Noting("a"), Noting("b")]);
        harness.Model.Responds = DemandOnce;

        await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(["a in", "b in", "b out", "a out"], seen);

        OfTools Noting(string name) => new(async (_, next, stop) =>
        {
            seen.Add($"{name} in");
            var result = await next(stop);
            seen.Add($"{name} out");
            return result;
        });
    }

    [Fact]
    public async Task ToolFilter_ThatWaits_HearsOfACancel_AndNothingIsCalled()
    {
        var (pay, waits) = (new GatedTool("pay"), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var filter = new OfTools(async (_, next, stop) =>
        {
            var never = new TaskCompletionSource().Task.WaitAsync(stop);
            waits.TrySetResult();
            await never;
            return await next(stop);
        });
        await using var harness = await EngineHarness.StartAsync([pay], filters: [filter]);
        harness.Model.Responds = DemandOnce;
        var record = await harness.SubmitAsync(Agent);
        await waits.Task.WaitAsync(EngineHarness.Patience, Token);
        await harness.Client.CancelAsync(record.Id, null, Token);

        // The clock stands still: nothing else could end the wait.
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(record.Id)).Record.Status);
        Assert.Equal(0, pay.Calls.Count);
    }

    [Fact]
    public void Filter_OfNothing_IsRefusedWhenTheEngineIsMade()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new Actant.Executions.ActantEngine(
            new Actant.InMemory.InMemoryStore(TimeProvider.System, IdGenerator.System), new ToolRegistry([]), new ModelProviders([]), filters: [new Nothing()]));

        Assert.Contains(nameof(Nothing), thrown.Message, StringComparison.Ordinal);
    }

    private static void DemandOnce(ModelCall call)
    {
        if (call.Messages.Count == 1)
        {
            call.Demand("a", "pay");
        }

        call.Finish("done");
    }

    private sealed class OfModels(Func<ModelCallContext, FilterNext<ModelAnswer>, CancellationToken, ValueTask<ModelAnswer>> filter) : IFilter<ModelCallContext, ModelAnswer>
    {
        public ValueTask<ModelAnswer> InvokeAsync(ModelCallContext context, FilterNext<ModelAnswer> next, CancellationToken cancellationToken) => filter(context, next, cancellationToken);
    }

    private sealed class OfTools(Func<ToolCallContext, FilterNext<ToolResult>, CancellationToken, ValueTask<ToolResult>> filter) : IFilter<ToolCallContext, ToolResult>
    {
        public ValueTask<ToolResult> InvokeAsync(ToolCallContext context, FilterNext<ToolResult> next, CancellationToken cancellationToken) => filter(context, next, cancellationToken);
    }

    private sealed class Nothing : IFilter;
}
