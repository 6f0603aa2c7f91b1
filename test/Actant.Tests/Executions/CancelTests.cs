using Actant.Events;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X10")]
public sealed class CancelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CancelAsync_ModelStreams_CallIsCancelledAndSecondCancelAnswersAsTheFirst()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        call.Say("half");

        var reply = await harness.Client.CancelAsync(id, "enough", Token);
        await call.Cancelled;
        var end = await EndAsync(harness, id);
        var again = await harness.Client.CancelAsync(id, "enough", Token);
        var otherwise = await harness.Client.CancelAsync(id, "another reason", Token);

        Assert.True(reply.IsDone);
        Assert.Equal("enough", end.Reason);
        Assert.Empty(end.FinishedCalls);
        Assert.Empty(end.UnknownCalls);
        Assert.All([again, otherwise], second => Assert.Equal(ExecutionStatus.Cancelled, second.Value?.Status));
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_ModelIgnoresItsToken_EndsAllTheSame()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.HonoursToken = false;
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();

        await harness.Client.CancelAsync(id, null, Token);
        await EndAsync(harness, id);
        call.Finish("too late");

        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_BetweenATakeAndItsLoop_IsHeardWithoutAHeartbeat()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        await harness.SubmitAsync(TestAgents.Talker);
        var first = await harness.Model.Calls.NextAsync();
        var second = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        harness.Node.Store.LosesSignals = true;
        harness.Node.Store.AfterTake = async taken =>
        {
            if (taken.Threads.Any(thread => thread.Current?.Id == second))
                await harness.Client.CancelAsync(second, "never mind", Token);
        };

        first.Finish("one");

        Assert.Equal("never mind", (await EndAsync(harness, second)).Reason);
        Assert.False(harness.Model.Calls.TryTake());
    }

    [Fact]
    public async Task CancelAsync_ToolRuns_FinishedAndUnknownCallsAreListed()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var transcript = new Transcript();
        var reading = transcript.ReadAsync(harness.Client, id);
        await DemandAsync(harness, "done", "open");
        (await tool.Calls.NextAsync(call => call.Has("done"))).Succeed();
        var open = await tool.Calls.NextAsync(call => call.Has("open"));
        await transcript.Seen.NextAsync(item => item is StreamEvent.Stored { Entry.Payload: ToolFinished });

        await harness.Client.CancelAsync(id, null, Token);
        await open.Cancelled;
        var end = await EndAsync(harness, id);

        await reading.WaitAsync(EngineHarness.Patience, Token);
        Assert.Equal(["done"], await NamesAsync(harness, id, end.FinishedCalls));
        Assert.Equal(["open"], await NamesAsync(harness, id, end.UnknownCalls));
        Assert.Equal(2, tool.Calls.Count);
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_ToolIgnoresItsToken_EndsWithinTheGrace()
    {
        var tool = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        await DemandAsync(harness, "open");
        var open = await tool.Calls.NextAsync();

        await harness.Client.CancelAsync(id, null, Token);
        await open.Cancelled;
        await harness.AdvanceUntilAsync(harness.WaitAsync(id), TimeSpan.FromMinutes(1));
        open.Succeed();

        Assert.Equal(["open"], await NamesAsync(harness, id, (await EndAsync(harness, id)).UnknownCalls));
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_ToolBlocksInItsCancellation_EndsWithinTheGrace()
    {
        var tool = new GatedTool("work");
        using var release = new ManualResetEventSlim();
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        await DemandAsync(harness, "open");
        var open = await tool.Calls.NextAsync();
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = open.Token.Register(() =>
        {
            blocked.SetResult();
            release.Wait(EngineHarness.Patience);
        });

        await harness.Client.CancelAsync(id, null, Token);
        await blocked.Task.WaitAsync(EngineHarness.Patience, Token);
        await harness.AdvanceUntilAsync(harness.WaitAsync(id), TimeSpan.FromMinutes(1));
        release.Set();

        Assert.Equal(["open"], await NamesAsync(harness, id, (await EndAsync(harness, id)).UnknownCalls));
    }

    [Fact]
    public async Task CancelAsync_QueuedOnABusyThread_EndsAtOnceAndTheFirstGoesOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = first.Thread.Thread });
        var waiting = harness.WaitAsync(second.Id);

        await harness.Client.CancelAsync(second.Id, null, Token);
        Assert.Equal(ExecutionStatus.Cancelled, (await waiting).Record.Status);
        call.Finish("hello");

        Assert.Equal("hello", (await harness.WaitAsync(first.Id)).Response);
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_QueuedForASlot_EndsAtOnce()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxConcurrentExecutions = 1);
        var first = await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker);

        await harness.Client.CancelAsync(second.Id, null, Token);
        await EndAsync(harness, second.Id);
        call.Finish("hello");

        Assert.Equal("hello", (await harness.WaitAsync(first.Id)).Response);
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_Held_EndsAndCannotBeStarted()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false })).Id;

        await harness.Client.CancelAsync(id, null, Token);
        await EndAsync(harness, id);

        Assert.Equal("execution_ended", (await harness.Client.StartAsync(id, Token)).Refusal?.Code);
        await AssertNothingStartsAsync(harness, modelCalls: 0);
    }

    [Fact]
    public async Task CancelAsync_Interrupted_EndsAndCannotBeResumed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Asking)).Id;
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.WaitAsync(id)).Record.Status);

        await harness.Client.CancelAsync(id, null, Token);
        await EndAsync(harness, id);

        var late = await harness.Client.ResumeAsync(id, new ResumeRequest { Answer = System.Text.Json.JsonElement.Parse("true") }, Token);
        Assert.Equal("execution_ended", late.Refusal?.Code);
        await AssertNothingStartsAsync(harness, modelCalls: 0);
    }

    [Theory]
    [InlineData(TestAgents.Desk)]
    [InlineData(TestAgents.Nested)]
    public async Task CancelAsync_NestedAgent_ItsCallIsCancelled(string definition)
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(definition)).Id;
        if (definition == TestAgents.Desk)
        {
            var lead = await harness.Model.Calls.NextAsync(call => call.System == "lead");
            lead.Demand("c1", "delegate_to_law", ("task", "Look it up."));
            lead.Finish();
        }

        var inner = await harness.Model.Calls.NextAsync(call => call.System == "law");
        var calls = harness.Model.Calls.Count;
        await harness.Client.CancelAsync(id, null, Token);
        await inner.Cancelled;
        await EndAsync(harness, id);

        await AssertNothingStartsAsync(harness, calls);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60_000)]
    public async Task CancelAsync_WaitsForARetry_NoFurtherAttempt(int? retryAfterMs)
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        (await harness.Model.Calls.NextAsync()).Fail("rate_limit_exceeded", retryAfterMs: retryAfterMs);
        if (retryAfterMs is not null)
        {
            await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        }

        await harness.Client.CancelAsync(id, null, Token);
        await EndAsync(harness, id);

        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task CancelAsync_Completed_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        await harness.WaitAsync(id);

        Assert.Equal("execution_ended", (await harness.Client.CancelAsync(id, null, Token)).Refusal?.Code);
        Assert.Equal("execution_not_found", (await harness.Client.CancelAsync(new ExecutionId(Guid.Empty), null, Token)).Refusal?.Code);
    }

    [Fact]
    public async Task CancelAsync_StoredJustBeforeTheEnd_Wins()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        harness.Node.Store.BeforeAppend = async append =>
        {
            if (append.Executions.Any(change => change.Status == ExecutionStatus.Completed))
            {
                harness.Node.Store.BeforeAppend = null;
                await harness.Client.CancelAsync(id, "just in time", Token);
            }
        };

        (await harness.Model.Calls.NextAsync()).Finish("hello");

        Assert.Equal("just in time", (await EndAsync(harness, id)).Reason);
        var history = await HistoryAsync(harness, id);
        Assert.DoesNotContain(history, entry => entry.Payload is ExecutionCompleted);
        Assert.Single(history, entry => entry.Payload is ModelAnswered);
    }

    [Fact]
    public async Task CancelAsync_WinsOverAnEndThatAlsoCancelsAQueuedOne_BothAreCancelled()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Two);
        var left = await harness.Model.Calls.NextAsync(call => call.System == "left");
        var right = await harness.Model.Calls.NextAsync(call => call.System == "right");
        var second = await harness.SubmitAsync(TestAgents.Two, change: request => request with { Thread = first.Thread.Thread });
        var answers = 0;
        harness.Node.Store.BeforeAppend = async append =>
        {
            if (append.Executions.Any(change => change.Execution == first.Id && change.Status == ExecutionStatus.Completed))
            {
                harness.Node.Store.BeforeAppend = null;
                await harness.Client.CancelAsync(first.Id, null, Token);
            }
            else if (append.IsStep && ++answers == 1)
            {
                right.Finish("b");
                await harness.Client.CancelAsync(second.Id, null, Token);
            }
        };

        left.Finish("a");

        await EndAsync(harness, first.Id);
        await EndAsync(harness, second.Id);
    }

    [Fact]
    public async Task CancelAsync_EngineFault_ExecutionFailsAndTheThreadIsFree()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Talker);
        harness.Node.Store.BeforeAppend = append =>
        {
            harness.Node.Store.BeforeAppend = null;
            throw new InvalidOperationException("The test breaks the loop.");
        };
        (await harness.Model.Calls.NextAsync()).Finish("hello");

        Assert.Equal("engine_fault", (await harness.WaitAsync(first.Id)).Record.Failure?.Code);
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = first.Thread.Thread });
        (await harness.Model.Calls.NextAsync()).Finish("hello again");
        Assert.Equal("hello again", (await harness.WaitAsync(second.Id)).Response);
    }

    private static async Task DemandAsync(EngineHarness harness, params IEnumerable<string> calls)
    {
        var call = await harness.Model.Calls.NextAsync();
        foreach (var id in calls)
        {
            call.Demand(id, "work", ("call", id));
        }

        call.Finish();
    }

    private static async Task<IEnumerable<string>> NamesAsync(EngineHarness harness, ExecutionId id, IReadOnlyList<string> calls)
    {
        var names = await harness.CallNamesAsync((await harness.Client.GetRecordAsync(id, Token))!.Thread.Thread);
        return calls.Select(call => names[call]);
    }

    private static async Task<ExecutionCancelled> EndAsync(EngineHarness harness, ExecutionId id)
    {
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(id)).Record.Status);
        return Assert.Single((await HistoryAsync(harness, id)).Where(entry => entry.Execution == id).Select(entry => entry.Payload).OfType<ExecutionCancelled>());
    }

    private static async Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionId id)
    {
        var record = await harness.Client.GetRecordAsync(id, Token);
        return await harness.Client.GetHistoryAsync(record!.Thread.Thread, 1, 500, Token);
    }

    private static async Task AssertNothingStartsAsync(EngineHarness harness, int modelCalls)
    {
        await harness.AdvanceAsync(TimeSpan.FromMinutes(5));
        await harness.Node.Engine.StopAsync(Token);
        Assert.Equal(modelCalls, harness.Model.Calls.Count);
        Assert.Equal(0, harness.Node.Engine.Hub.Count);
    }
}
