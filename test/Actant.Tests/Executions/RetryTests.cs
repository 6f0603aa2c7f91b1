using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X4")]
public sealed class RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retry_ShortWait_HonoursRetryAfterInMemory()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        var failed = await harness.Model.Calls.NextAsync();
        var since = harness.Time.GetUtcNow();
        failed.Fail("rate_limit_exceeded", retryAfterMs: 4000);
        var next = harness.Model.Calls.NextAsync();

        await harness.AdvanceUntilAsync(next);
        Assert.True(harness.Time.GetUtcNow() - since >= TimeSpan.FromSeconds(4));
        (await next).Finish("hello");

        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
        var history = await harness.Client.GetHistoryAsync((await harness.Client.GetRecordAsync(id, Token))!.Thread.Thread, 1, 500, Token);
        Assert.Single(history, entry => entry.Payload is Taken);
    }

    [Fact]
    public async Task Retry_LongWait_SleepsWithoutTheLeaseUntilDue()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxConcurrentExecutions = 1);
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        var failed = await harness.Model.Calls.NextAsync();
        var since = harness.Time.GetUtcNow();
        failed.Fail("rate_limit_exceeded", retryAfterMs: 60_000);
        var sleep = await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        Assert.Equal(since + TimeSpan.FromMinutes(1), sleep.Due);
        Assert.NotEmpty(sleep.Entries);

        // Its slot is free for others.
        var other = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("meanwhile");
        await harness.WaitAsync(other.Id);

        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        Assert.True(harness.Time.GetUtcNow() - since >= TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await next).Attempt);
        (await next).Finish("hello");
        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    public async Task Retry_LongWaitOfATool_IsMadeByAnotherNodeWithTheSameKey()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([tool]);
        await harness.SubmitAsync(TestAgents.Worker);
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "work");
        call.Finish();
        var failed = await tool.Calls.NextAsync();
        failed.Fail("busy", transient: true, retryAfterMs: 60_000);
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        await harness.AddNodeAsync();
        harness.Node.Kill();

        var next = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);

        Assert.Equal(2, (await next).Call.Attempt);
        Assert.Equal(failed.Call.IdempotencyKey, (await next).Call.IdempotencyKey);
    }

    [Fact]
    public async Task Retry_MaxAttempts_Fails()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var next = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(next);
            (await next).Fail("model_unavailable");
        }

        var result = await harness.WaitAsync(id);

        Assert.Equal("model_unavailable", result.Record.Failure?.Code);
        Assert.Equal("talk", result.Record.Failure?.Where);
        Assert.Equal(3, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Retry_PermanentFailure_IsNotRepeated()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        (await harness.Model.Calls.NextAsync()).Fail("model_request_rejected", transient: false);

        Assert.Equal("model_request_rejected", (await harness.WaitAsync(id)).Record.Failure?.Code);
        Assert.Equal(1, harness.Model.Calls.Count);
    }

    [Theory]
    [InlineData(ToolClass.Unsafe, true, 1)]
    [InlineData(ToolClass.Idempotent, false, 1)]
    [InlineData(ToolClass.Idempotent, true, 3)]
    [InlineData(ToolClass.Pure, true, 3)]
    public async Task Retry_FailedTool_IsRepeatedOnlyIfItMayBe(ToolClass toolClass, bool transient, int calls)
    {
        var tool = new GatedTool("work", toolClass) { Responds = call => call.Fail("busy", transient) };
        await using var harness = await EngineHarness.StartAsync([tool]);
        await harness.SubmitAsync(TestAgents.Worker);
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "work");
        call.Finish();

        await harness.AdvanceUntilAsync(harness.Model.Calls.NextAsync());

        Assert.Equal(calls, tool.Calls.Count);
    }
}
