using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Executions under which processes die.</summary>
[Trait("Row", "X1")]
public sealed class QuarantineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quarantined_AfterTwoDeaths_StillRunTogether()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ids = await SubmitAsync(harness, 5);

        await DieAsync(harness, deaths: 2, together: 5);

        for (var i = 0; i < 5; i++)
        {
            (await harness.Model.Calls.NextAsync()).Finish("done");
        }

        foreach (var id in ids)
        {
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        }
    }

    [Fact]
    public async Task Quarantined_AfterFourDeaths_RunOneAfterTheOther()
    {
        var tool = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var ids = await SubmitAsync(harness, 2, TestAgents.Worker);
        await DieAsync(harness, deaths: 4, together: 2);

        // Whoever waits is not taken, and its journal does not grow.
        var first = await harness.Model.Calls.NextAsync();
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1));
        var (before, entries) = (harness.Model.Calls.Count, await PositionsAsync(harness, ids));
        await harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(before, harness.Model.Calls.Count);
        Assert.Equal(entries, await PositionsAsync(harness, ids));

        // A stored step clears the one that made it, and the other one's turn comes.
        first.FinishWithCall("c1", "work");
        var other = await harness.Model.Calls.NextAsync();
        other.Finish("done");
        (await harness.Model.Calls.NextAsync()).Finish("done");
        foreach (var id in ids)
        {
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        }
    }

    [Fact]
    public async Task Quarantined_FiveDeathsTogether_PoisonNone()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ids = await SubmitAsync(harness, 3);
        await DieAsync(harness, deaths: 4, together: 3);
        await DieAsync(harness, deaths: 2, together: 1);

        foreach (var id in ids)
        {
            var call = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(call, TimeSpan.FromMinutes(1));
            (await call).Finish("done");
        }

        foreach (var id in ids)
        {
            Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
        }
    }

    [Fact]
    public async Task Quarantined_CancelledWhileAnotherRuns_EndAtOnce()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ids = await SubmitAsync(harness, 2);
        await DieAsync(harness, deaths: 4, together: 2);
        await harness.Model.Calls.NextAsync();
        var waiting = await FindWaitingAsync(harness, ids);

        Assert.True((await harness.Live.CancelAsync(waiting, "enough", Token)).IsDone);

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(waiting)).Record.Status);
    }

    [Fact]
    public async Task Quarantined_PastTheirDeadlineWhileAnotherRuns_End()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ids = await SubmitAsync(harness, 2, timeout: TimeSpan.FromMinutes(5));
        await DieAsync(harness, deaths: 4, together: 2);
        await harness.Model.Calls.NextAsync();
        var waiting = await FindWaitingAsync(harness, ids);

        var ended = harness.WaitAsync(waiting);
        await harness.AdvanceUntilAsync(ended, TimeSpan.FromMinutes(10));

        Assert.Equal(ExecutionStatus.TimedOut, (await ended).Record.Status);
    }

    [Fact]
    public async Task Poisoned_TheThreadGoesOnWithTheNextInput()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxCrashes = 2);
        var poisoned = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = "talk" });
        await DieAsync(harness, deaths: 2, together: 1);
        Assert.Equal("execution_poisoned", (await harness.WaitAsync(poisoned.Id)).Record.Failure?.Code);

        var next = await harness.Live.SubmitAsync(EngineHarness.Request(TestAgents.Talker) with { Thread = "talk" }, Token);
        Assert.True(next.IsDone);
        (await harness.Model.Calls.NextAsync()).Finish("done");

        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(next.Value.Id)).Record.Status);
    }

    private static async Task<List<ExecutionId>> SubmitAsync(EngineHarness harness, int count, string agent = TestAgents.Talker, TimeSpan? timeout = null)
    {
        var ids = new List<ExecutionId>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await harness.SubmitAsync(agent, change: request => request with { Timeout = timeout })).Id);
        }

        return ids;
    }

    /// <summary>The only living node dies again and again, each time while so many executions ask the model on it.</summary>
    private static async Task DieAsync(EngineHarness harness, int deaths, int together)
    {
        for (var death = 0; death < deaths; death++)
        {
            for (var i = 0; i < together; i++)
            {
                var asked = harness.Model.Calls.NextAsync();
                await harness.AdvanceUntilAsync(asked, TimeSpan.FromMinutes(1));
            }

            var node = harness.Last;
            var next = await harness.AddNodeAsync();
            node.Kill();
            var ended = UntilAsync(() => next.Store.Takes.Count > 0);
            await harness.AdvanceUntilAsync(ended, TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<List<long>> PositionsAsync(EngineHarness harness, List<ExecutionId> ids)
    {
        var positions = new List<long>();
        foreach (var id in ids)
        {
            var thread = (await harness.Live.GetRecordAsync(id, Token))!.Thread.Thread;
            positions.Add((await harness.Live.GetThreadAsync(thread, Token))!.Position);
        }

        return positions;
    }

    /// <summary>The one that nobody has taken.</summary>
    private static async Task<ExecutionId> FindWaitingAsync(EngineHarness harness, List<ExecutionId> ids)
    {
        foreach (var id in ids)
        {
            if (await harness.Store.FindHolderAsync((await harness.Live.GetRecordAsync(id, Token))!.Thread, Token) is null)
            {
                return id;
            }
        }

        throw new InvalidOperationException("All are held.");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
        }
    }
}
