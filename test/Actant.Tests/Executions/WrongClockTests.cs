using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Nodes whose own clocks are wrong: whatever is stored, and compared with it, goes by the store's clock.</summary>
[Trait("Row", "X10")]
public sealed class WrongClockTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task Deadline_ClockOfTheNodeIsWrong_IsTheStores(int seconds)
    {
        await using var harness = await EngineHarness.StartAsync();
        var node = await OnlyNodeAsync(harness, seconds);

        var record = await SubmitAsync(node, TestAgents.Within20Seconds(TestAgents.Talker));
        await harness.Model.Calls.NextAsync();
        await harness.AdvanceAsync(s_timeout - TimeSpan.FromSeconds(1));
        var before = (await node.Client.GetRecordAsync(record.Id, Token))!.Status;
        await harness.AdvanceUntilAsync(EndedAsync(node, record.Id), TimeSpan.FromMinutes(5));

        var ended = (await node.Client.GetRecordAsync(record.Id, Token))!;
        Assert.Equal(record.CreatedAt + s_timeout, record.Deadline);
        Assert.Equal((ExecutionStatus.Running, ExecutionStatus.TimedOut), (before, ended.Status));
        Assert.InRange(ended.EndedAt!.Value - record.CreatedAt, s_timeout, s_timeout + TimeSpan.FromSeconds(5));
        var entries = await node.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token);
        Assert.All(entries, entry => Assert.InRange(entry.At, record.CreatedAt, ended.EndedAt.Value));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task Retry_StoredByANodeWhoseClockIsWrong_ComesWhenItIsDue(int seconds)
    {
        await using var harness = await EngineHarness.StartAsync();
        var node = await OnlyNodeAsync(harness, seconds);
        await SubmitAsync(node, TestAgents.Stubborn);
        var failed = harness.Time.GetUtcNow();
        (await harness.Model.Calls.NextAsync()).Fail("model_unavailable", retryAfterMs: 8000);

        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again, TimeSpan.FromMinutes(5));

        Assert.Equal(2, (await again).Attempt);
        Assert.InRange(harness.Time.GetUtcNow() - failed, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(13));
    }

    [Fact]
    public async Task Deadline_PassesDuringACommit_WhatWaitedForItDoesNotBegin()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await harness.SubmitAsync(TestAgents.Within20Seconds(TestAgents.Worker));
        harness.Node.Store.BeforeAppend = async request =>
        {
            if (request.Entries.Any(entry => EntryCodec.Decode(new StoredEntry(1, entry.Id, entry.Execution, 1, entry.Body)).Payload is ToolStarted))
            {
                await harness.AdvanceAsync(s_timeout);
            }
        };
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");

        var end = await harness.WaitAsync(record.Id);

        Assert.Equal(ExecutionStatus.TimedOut, end.Record.Status);
        Assert.Equal(0, tool.Calls.Count);
    }

    private static async Task<EngineNode> OnlyNodeAsync(EngineHarness harness, int seconds)
    {
        var node = await harness.AddNodeAsync(ahead: TimeSpan.FromSeconds(seconds));
        await harness.Node.Engine.StopAsync(Token);
        return node;
    }

    private static async Task<ExecutionRecord> SubmitAsync(EngineNode node, string definition)
    {
        var reply = await node.Client.SubmitAsync(EngineHarness.Request(definition), Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value;
    }

    private static async Task EndedAsync(EngineNode node, ExecutionId id)
    {
        while ((await node.Client.GetRecordAsync(id, Token))?.Status.IsEnd() != true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
        }
    }
}
