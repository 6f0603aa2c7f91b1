using System.Text.Json;
using Actant.Executions;
using Actant.Filters;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Actant.Tools;

namespace Actant.Tests.Filters;

/// <summary>Arguments pass their filters once: what was recorded of them is what is sent, also by whoever takes over.</summary>
[Trait("Row", "C4")]
public sealed class FilterCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crash_AfterTheQuestion_TheArgumentsThatAPersonSawAreSent()
    {
        var (pay, count) = (new GatedTool("pay") { Responds = static call => call.Succeed("paid") }, new Counting());
        await using var harness = await EngineHarness.StartAsync([pay], filters: [count]);
        harness.Model.Responds = Demand;
        var record = await harness.SubmitAsync(Agent(approval: true));
        var asked = Assert.Single((await harness.WaitAsync(record.Id)).Interrupts);
        harness.Node.Kill();
        var node = await harness.AddNodeAsync();
        await node.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = JsonElement.Parse("""{"decision":"approve"}""") }, Token);
        var calling = pay.Calls.NextAsync();
        await harness.AdvanceUntilAsync(calling);

        Assert.Equal("""{"n":1}""", asked.Arguments!.Value.GetRawText());
        Assert.Equal("""{"n":1}""", (await calling).Call.Arguments.GetRawText());
        Assert.Equal(1, count.Arguments);
    }

    [Theory]
    [InlineData(ToolClass.Pure)]
    [InlineData(ToolClass.Idempotent)]
    public async Task Crash_AfterTheStart_TheArgumentsThatWereSentAreSentAgain(ToolClass toolClass)
    {
        var (pay, count) = (new GatedTool("pay", toolClass), new Counting());
        await using var harness = await EngineHarness.StartAsync([pay], filters: [count]);
        harness.Model.Responds = Demand;
        var record = await harness.SubmitAsync(Agent());
        var first = await pay.Calls.NextAsync();

        // It was committed before the call left: nobody else could know it.
        Assert.Equal("""{"n":1}""", Assert.Single(await StartsAsync(harness, record)).Arguments.GetRawText());
        harness.Node.Kill();
        await harness.AddNodeAsync();
        var calling = pay.Calls.NextAsync();
        await harness.AdvanceUntilAsync(calling);
        var second = await calling;
        second.Succeed("paid");
        await harness.WaitAsync(record.Id);

        Assert.Equal((first.Call.Arguments.GetRawText(), first.Call.IdempotencyKey), (second.Call.Arguments.GetRawText(), second.Call.IdempotencyKey));
        Assert.Equal(1, count.Arguments);
    }

    [Fact]
    public async Task Retry_OfACall_SendsTheArgumentsAsTheyPassed_AndItsResultPassesEachTime()
    {
        var (pay, count) = (new GatedTool("pay", ToolClass.Pure), new Counting());
        await using var harness = await EngineHarness.StartAsync([pay], filters: [count]);
        harness.Model.Responds = Demand;
        var record = await harness.SubmitAsync(Agent());
        (await pay.Calls.NextAsync()).Fail("flaky", transient: true);
        var calling = pay.Calls.NextAsync();
        await harness.AdvanceUntilAsync(calling);
        var second = await calling;
        second.Succeed("paid");
        var result = await harness.WaitAsync(record.Id);

        Assert.Equal("""{"n":1}""", second.Call.Arguments.GetRawText());
        Assert.Equal((1, 2), (count.Arguments, count.Calls));
        Assert.Equal("""{"n":1}""", Assert.Single(result.ToolResults).Arguments.GetRawText());
    }

    [Fact]
    public async Task Crash_WhileADelegatesAnswerPasses_ItPassesAnewAndTheLeadGoesOn()
    {
        var slow = new Slow();
        await using var harness = await EngineHarness.StartAsync(filters: [slow]);
        harness.Model.Responds = static call =>
        {
            if (call.System == "lead" && call.Messages.Count == 2)
            {
                call.Demand("a", "delegate_to_law", ("task", "go"));
            }

            call.Finish("done");
        };
        var record = await harness.SubmitAsync(TestAgents.Desk);
        await slow.Entered.Task.WaitAsync(EngineHarness.Patience, Token);
        harness.Node.Kill();
        slow.Gate.TrySetResult();
        await harness.AddNodeAsync();
        var ended = harness.Last.Client.WaitAsync(record.Id, Token);
        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("done", (await ended).Response);
        Assert.Equal(ExecutionStatus.Completed, (await ended).Record.Status);
        Assert.Equal(2, slow.Count);
    }

    [Fact]
    public async Task Cancel_WhileAnOutputPasses_Wins()
    {
        var slow = new Slow();
        await using var harness = await EngineHarness.StartAsync(filters: [slow]);
        harness.Model.Responds = static call => call.Finish("done");
        var record = await harness.SubmitAsync("name: plain\nmodel: {provider: gated, model_name: any}");
        await slow.Entered.Task.WaitAsync(EngineHarness.Patience, Token);
        await harness.Client.CancelAsync(record.Id, null, Token);
        slow.Gate.TrySetResult();

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(record.Id)).Record.Status);
    }

    private static void Demand(ModelCall call)
    {
        if (call.Messages.Count == 1)
        {
            call.Demand("a", "pay", ("n", 0));
        }

        call.Finish("done");
    }

    private static string Agent(bool approval = false) =>
        $"name: payer\nmodel: {{provider: gated, model_name: any}}\ntool_definitions: [{{name: pay, type: code, config: {{tool: pay}}, requires_approval: {(approval ? "true" : "false")}}}]\ntools: [pay]";

    private static async Task<IEnumerable<ToolStarted>> StartsAsync(EngineHarness harness, ExecutionRecord record) =>
        (await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token)).Select(static entry => entry.Payload).OfType<ToolStarted>();

    /// <summary>Counts arguments up: who filtered twice would be seen.</summary>
    private sealed class Counting : IFilter<ToolArgumentsContext, JsonElement>, IFilter<ToolCallContext, ToolResult>
    {
        private int _arguments;
        private int _calls;

        public int Arguments => Volatile.Read(ref _arguments);

        public int Calls => Volatile.Read(ref _calls);

        public ValueTask<JsonElement> InvokeAsync(ToolArgumentsContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _arguments);
            context.Value = JsonSerializer.SerializeToElement(new { n = context.Value.GetProperty("n").GetInt32() + 1 });
            return next(cancellationToken);
        }

        public ValueTask<ToolResult> InvokeAsync(ToolCallContext context, FilterNext<ToolResult> next, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            return next(cancellationToken);
        }
    }

    /// <summary>Answers of delegates and outputs wait for the test.</summary>
    private sealed class Slow : IFilter<DelegateResultContext, JsonElement>, IFilter<OutputContext, JsonElement>
    {
        private int _count;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count => Volatile.Read(ref _count);

        public ValueTask<JsonElement> InvokeAsync(DelegateResultContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return WaitAsync(next, cancellationToken);
        }

        public ValueTask<JsonElement> InvokeAsync(OutputContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken) => WaitAsync(next, cancellationToken);

        private async ValueTask<JsonElement> WaitAsync(FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Gate.Task;
            return await next(cancellationToken);
        }
    }
}
