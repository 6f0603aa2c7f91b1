using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>What counts as an attempt that failed, and which calls are made again by themselves.</summary>
[Trait("Row", "X4")]
public sealed class AttemptTests
{
    private const string Once = """
        name: twice
        tool_definitions: [{name: work, type: code}]
        nodes: [{name: work, type: tool, tool: work, on_error: {max_attempts: 2, backoff_ms: 1}}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("""{"decision": "retry"}""")]
    public async Task MaxAttempts_ProcessesDiedDuringTwoAttempts_TheFirstFailureIsRetriedAllTheSame(string unknown)
    {
        var tool = new GatedTool("work", unknown.Length == 0 ? ToolClass.Idempotent : ToolClass.Unsafe);
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once);
        var node = harness.Node;
        for (var crash = 1; crash <= 2; crash++)
        {
            var begun = tool.Calls.NextAsync();
            await harness.AdvanceUntilAsync(begun);
            var next = await harness.AddNodeAsync();
            node.Kill();
            node = next;
            if (unknown.Length > 0)
            {
                await harness.AdvanceUntilAsync(node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep));
                var reply = await node.Client.ResumeAsync(submitted.Id, Answer(unknown), Token);
                Assert.True(reply.IsDone, reply.Refusal?.ToString());
            }
        }

        var third = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(third);
        if (unknown.Length == 0)
        {
            (await third).Fail("busy", transient: true);
        }
        else
        {
            (await third).Refuse("busy");
        }

        var fourth = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(fourth);
        (await fourth).Succeed();

        Assert.Equal(4, tool.Calls.Count);
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(submitted.Id)).Record.Status);
    }

    [Fact]
    public async Task MaxAttempts_FailuresAndACrashBetween_AreCountedTogether()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once);
        (await tool.Calls.NextAsync()).Fail("busy", transient: true);
        var second = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);
        await second;
        await harness.AddNodeAsync();
        harness.Node.Kill();
        var third = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(third);

        (await third).Fail("busy", transient: true);

        Assert.Equal("busy", (await harness.WaitAsync(submitted.Id)).Record.Failure?.Code);
        Assert.Equal(3, tool.Calls.Count);
    }

    [Fact]
    public async Task Time_OfAnAttemptThatACrashCutOff_BeginsAnewAndNothingHasFailed()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent, TimeSpan.FromSeconds(5));
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once.Replace("max_attempts: 2", "max_attempts: 1", StringComparison.Ordinal));
        await tool.Calls.NextAsync();
        var began = harness.Time.GetUtcNow();
        await harness.AddNodeAsync();
        harness.Node.Kill();
        var second = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);
        Assert.True(harness.Time.GetUtcNow() - began > TimeSpan.FromSeconds(5));
        await harness.AdvanceAsync(TimeSpan.FromSeconds(4));
        (await second).Succeed("done");

        Assert.Equal("done", (await harness.WaitAsync(submitted.Id)).Response);
        Assert.DoesNotContain(await harness.Live.GetHistoryAsync(submitted.Thread.Thread, 1, 500, Token), entry => entry.Payload is AttemptFailed);
    }

    [Fact]
    public async Task Retry_OfTheFirstModelCall_IsStoredWhileItIsWaitedFor()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("name: a\nnodes: [{name: a, type: agent, model: {provider: gated, model_name: any}, on_error: {max_attempts: 2, backoff_ms: 4000, max_backoff_ms: 4000}}]");
        (await harness.Model.Calls.NextAsync()).Fail("model_unavailable");
        var stored = harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry => EntryCodec.Decode(AsStored(entry)).Payload is AttemptFailed));

        await harness.AdvanceUntilAsync(stored, TimeSpan.FromSeconds(1));
        await harness.AddNodeAsync();
        harness.Model.Responds = static call => call.Fail("model_unavailable");
        harness.Node.Kill();
        var end = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(end);

        // The one before the crash and the one that ends it; of what the dead one did after that nobody knows.
        Assert.Equal("model_unavailable", (await end).Record.Failure?.Code);
        Assert.Single((await harness.Live.GetHistoryAsync(submitted.Thread.Thread, 1, 500, Token)).Select(static entry => entry.Payload).OfType<AttemptFailed>());
    }

    [Fact]
    public async Task Unsafe_CertainlyDidNotHappen_IsMadeAgainAndNobodyIsAsked()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once);
        var first = await tool.Calls.NextAsync();
        first.Refuse("busy");
        var second = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);
        (await second).Succeed("paid");

        Assert.Equal("paid", (await harness.WaitAsync(submitted.Id)).Response);
        Assert.Equal((2, first.Call.IdempotencyKey), ((await second).Call.Attempt, (await second).Call.IdempotencyKey));
        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is Interrupted);
    }

    [Fact]
    public async Task Unsafe_CertainlyDidNotHappenAndTheProcessDies_IsMadeAgainAndNobodyIsAsked()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once);
        var stored = harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry => EntryCodec.Decode(AsStored(entry)).Payload is AttemptFailed));
        (await tool.Calls.NextAsync()).Refuse("busy");
        await stored;
        await harness.AddNodeAsync();
        harness.Node.Kill();
        var second = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);
        (await second).Succeed("paid");

        Assert.Equal("paid", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Fact]
    public async Task Unsafe_RefusedEachTime_FailsAfterMaxAttempts()
    {
        var tool = new GatedTool("work") { Responds = static call => call.Refuse("busy") };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync(Once);
        var waiting = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("busy", (await waiting).Record.Failure?.Code);
        Assert.Equal(2, tool.Calls.Count);
    }

    private static ResumeRequest Answer(string json) => new() { Answer = JsonElement.Parse(json) };

    private static StoredEntry AsStored(EncodedEntry entry) => new(1, entry.Id, entry.Execution, 1, entry.Body);

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord record) =>
        harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);
}
