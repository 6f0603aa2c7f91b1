using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X10")]
public sealed class DeadlineTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deadline_ModelStreams_TimesOut()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Talker));
        var call = await harness.Model.Calls.NextAsync();

        await AssertTimesOutAsync(harness, record);

        await call.Cancelled;
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deadline_ToolRuns_TimesOutAndItsOutcomeIsUnknown(bool honoursToken)
    {
        var tool = new GatedTool("work") { HonoursToken = honoursToken };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Worker));
        await DemandAsync(harness);
        await tool.Calls.NextAsync();

        var end = await AssertTimesOutAsync(harness, record);

        var names = await harness.CallNamesAsync(record.Thread.Thread);
        Assert.Equal(["c1"], end.UnknownCalls!.Select(call => names[call]));
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task Deadline_PassesInTheQueueOfTheThread_NothingStarts()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(
            TestAgents.Talker, change: request => request with { Thread = first.Thread.Thread, Timeout = s_timeout });

        await harness.AdvanceAsync(s_timeout);
        call.Finish("hello");

        Assert.Equal(ExecutionStatus.TimedOut, (await harness.WaitAsync(second.Id)).Record.Status);
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task Deadline_PassesInTheQueueForASlot_NothingStarts()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxConcurrentExecutions = 1);
        await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Timeout = s_timeout });

        await harness.AdvanceAsync(s_timeout);
        call.Finish("hello");

        Assert.Equal(ExecutionStatus.TimedOut, (await harness.WaitAsync(second.Id)).Record.Status);
        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    public async Task Deadline_TimeWhileHeld_DoesNotCount()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false, Timeout = s_timeout });

        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(ExecutionStatus.Pending, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);
        await harness.Client.StartAsync(record.Id, Token);
        await harness.Model.Calls.NextAsync();
        var started = harness.Time.GetUtcNow();

        await harness.AdvanceUntilAsync(EndedAsync(harness, record.Id));
        Assert.Equal(ExecutionStatus.TimedOut, (await harness.WaitAsync(record.Id)).Record.Status);
        Assert.InRange(harness.Time.GetUtcNow() - started, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Deadline_WaitsForAPerson_DoesNotCount()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Asking));
        await harness.WaitAsync(record.Id);

        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);
        await ResumeAsync(harness, record.Id);
        await harness.Model.Calls.NextAsync();
        var resumed = harness.Time.GetUtcNow();

        await harness.AdvanceUntilAsync(EndedAsync(harness, record.Id));
        Assert.Equal(ExecutionStatus.TimedOut, (await harness.WaitAsync(record.Id)).Record.Status);
        Assert.InRange(harness.Time.GetUtcNow() - resumed, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Deadline_AnotherBranchRunsBesideTheQuestion_Counts()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.AskingBeside));
        var call = await harness.Model.Calls.NextAsync();

        await AssertTimesOutAsync(harness, record);

        await call.Cancelled;
    }

    [Fact]
    public async Task Deadline_BranchHasEndedBesideTheQuestion_OnlyItsTimeCounts()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.AskingBeside));
        var call = await harness.Model.Calls.NextAsync();
        await harness.AdvanceAsync(TimeSpan.FromSeconds(12));
        var asleep = harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        call.Finish("hello");
        await asleep;
        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        await ResumeAsync(harness, record.Id);
        await harness.Model.Calls.NextAsync(next => next.System == "after");
        var resumed = harness.Time.GetUtcNow();

        await harness.AdvanceUntilAsync(EndedAsync(harness, record.Id));

        Assert.Equal(ExecutionStatus.TimedOut, (await harness.WaitAsync(record.Id)).Record.Status);
        Assert.InRange(harness.Time.GetUtcNow() - resumed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Deadline_WaitsForAPersonAndThatCounts_TimesOutAsleep()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Asking, countWaiting: true));
        await harness.WaitAsync(record.Id);

        await AssertTimesOutAsync(harness, record);

        await AssertNothingStartsAsync(harness, modelCalls: 0);
    }

    [Theory]
    [InlineData(TestAgents.Desk)]
    [InlineData(TestAgents.Nested)]
    public async Task Deadline_NestedAgent_TimesOut(string definition)
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(definition));
        if (definition == TestAgents.Desk)
        {
            var lead = await harness.Model.Calls.NextAsync(call => call.System == "lead");
            lead.Demand("c1", "delegate_to_law", ("task", "Look it up."));
            lead.Finish();
        }

        var inner = await harness.Model.Calls.NextAsync(call => call.System == "law");
        await AssertTimesOutAsync(harness, record);

        await inner.Cancelled;
    }

    [Fact]
    public async Task Deadline_WaitsLongForARetry_TimesOutBeforeIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Stubborn));
        (await harness.Model.Calls.NextAsync()).Fail("rate_limit_exceeded", retryAfterMs: 60_000);
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);

        await AssertTimesOutAsync(harness, record);

        await AssertNothingStartsAsync(harness, modelCalls: 1);
    }

    [Fact]
    [Trait("Row", "X4")]
    public async Task Deadline_TakeOver_IsNotStartedAnew()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Talker));
        await harness.Model.Calls.NextAsync();
        await harness.AddNodeAsync();
        await harness.AdvanceAsync(TimeSpan.FromSeconds(3));
        harness.Node.Kill();
        var second = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);

        await AssertTimesOutAsync(harness, record);

        await (await second).Cancelled;
    }

    [Theory]
    [InlineData(ToolClass.Pure)]
    [InlineData(ToolClass.Idempotent)]
    public async Task ToolTimeout_Repeatable_IsTriedAgainAndThenToldToTheModel(ToolClass toolClass)
    {
        var tool = new GatedTool("work", toolClass, TimeSpan.FromSeconds(2));
        await using var harness = await EngineHarness.StartAsync([tool]);
        await harness.SubmitAsync(TestAgents.Worker);
        await DemandAsync(harness);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var next = tool.Calls.NextAsync();
            await harness.AdvanceUntilAsync(next);
            Assert.Equal(attempt, (await next).Call.Attempt);
            keys.Add((await next).Call.IdempotencyKey);
        }

        var answer = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(answer);

        Assert.Single(keys);
        Assert.Contains("tool_timed_out", JsonSerializer.Serialize((await answer).Messages[^1].Contents), StringComparison.Ordinal);
        Assert.Equal(3, tool.Calls.Count);
    }

    [Fact]
    public async Task ToolTimeout_Unsafe_APersonDecides()
    {
        var tool = new GatedTool("work", timeout: TimeSpan.FromSeconds(2));
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await harness.SubmitAsync(TestAgents.Worker);
        await DemandAsync(harness);
        var call = await tool.Calls.NextAsync();
        var waiting = harness.WaitAsync(record.Id);

        await harness.AdvanceUntilAsync(waiting);

        await call.Cancelled;
        var question = Assert.Single((await waiting).Interrupts);
        var names = await harness.CallNamesAsync(record.Thread.Thread);
        Assert.Equal(("tool_outcome_unknown", "c1"), (question.Reason, names[question.CallId!]));
        Assert.Equal(1, tool.Calls.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "X4")]
    public async Task ModelTimeout_ClientHeedsItsTokenOrNot_IsTriedAgain(bool honoursToken)
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.HonoursToken = honoursToken;
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        var slow = await harness.Model.Calls.NextAsync();
        slow.Say("never to be ");
        var next = harness.Model.Calls.NextAsync();

        await harness.AdvanceUntilAsync(next);
        slow.Finish("seen");
        (await next).Finish("hello");

        Assert.Equal(2, (await next).Attempt);
        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
    }

    private static async Task DemandAsync(EngineHarness harness)
    {
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "work");
        call.Finish();
    }

    private static Task<Reply<ExecutionRecord>> ResumeAsync(EngineHarness harness, ExecutionId id) =>
        harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse("true") }, Token);

    private static async Task EndedAsync(EngineHarness harness, ExecutionId id)
    {
        ExecutionRecord? record;
        while ((record = await harness.Client.GetRecordAsync(id, Token)) is null || !record.Status.IsEnd())
        {
            await Task.Delay(1, Token);
        }
    }

    /// <summary>It does so when its time has come, not much later, and not before.</summary>
    private static async Task<ExecutionTimedOut> AssertTimesOutAsync(EngineHarness harness, ExecutionRecord submitted)
    {
        await harness.AdvanceUntilAsync(EndedAsync(harness, submitted.Id), TimeSpan.FromMinutes(2));
        var record = await harness.Node.Engine.For(TenantId.Default).GetRecordAsync(submitted.Id, Token);
        Assert.Equal(ExecutionStatus.TimedOut, record!.Status);
        Assert.Equal("execution_timed_out", record.Failure?.Code);
        Assert.InRange(record.EndedAt!.Value - submitted.CreatedAt, s_timeout, s_timeout + TimeSpan.FromSeconds(15));
        var history = await harness.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 500, Token);
        var end = Assert.Single(history.Select(entry => entry.Payload).OfType<ExecutionTimedOut>());
        Assert.Equal(submitted.CreatedAt + s_timeout, end.Deadline);
        return end;
    }

    private static async Task AssertNothingStartsAsync(EngineHarness harness, int modelCalls)
    {
        await harness.AdvanceAsync(TimeSpan.FromMinutes(5));
        await harness.Node.Engine.StopAsync(Token);
        Assert.Equal(modelCalls, harness.Model.Calls.Count);
    }
}
