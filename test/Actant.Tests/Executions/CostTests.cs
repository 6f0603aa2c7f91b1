using Actant.InMemory;
using Actant.Testing;
using Actant.Testing.Executions;
using Actant.Tiers;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>What grows with the square of what a thread holds would be felt on long ones only: it is counted in bytes and reads, not in time.</summary>
[Trait("Row", "X2")]
[Collection(CostCollection.Name)]
public sealed class CostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Twice the items cost about twice: four times would be the square.</summary>
    [Theory]
    [InlineData("state.n < LIMIT")]
    [InlineData("size(state.l) < LIMIT")]
    public async Task Append_OneItemInEachIteration_CostsTheSameHoweverLongTheListIs(string condition)
    {
        await AppendAsync(100, condition);
        var once = await AppendAsync(1_000, condition);
        var twice = await AppendAsync(2_000, condition);

        Assert.InRange((double)twice / once, 1, 2.6);
    }

    [Fact]
    public async Task Calls_ManyInOneAnswer_CostTheSameEach()
    {
        await CallAsync(100);
        var once = await CallAsync(500);
        var twice = await CallAsync(1_000);

        Assert.InRange((double)twice / once, 1, 2.6);
    }

    /// <summary>However often a thread went back, each entry is read a few times at most.</summary>
    [Fact]
    public async Task Rewinds_Many_AreFoldedOnce()
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: static options => (options.ThreadCacheBytes, options.SnapshotEntries, options.Watch) = (0, 100_000, null), store: store);
        harness.Model.Responds = static call => call.Finish("yes");
        for (var turn = 0; turn < 60; turn++)
        {
            await TurnAsync(harness);
        }

        for (var rewind = 0; rewind < 20; rewind++)
        {
            var position = (await harness.Client.GetThreadAsync("t", Token))!.Position;
            Assert.True((await harness.Client.RewindAsync("t", position - 1, false, Token)).IsDone);
        }

        var (length, before) = ((await harness.Client.GetThreadAsync("t", Token))!.Position, counts.EntriesRead);
        await TurnAsync(harness);
        Assert.InRange(counts.EntriesRead - before, length, 4 * length);
        Assert.Equal(122, (await harness.Client.GetStateAsync("t", null, Token))!.Messages.Count);
    }

    /// <summary>After a rewind the way back is folded once; then a snapshot has it.</summary>
    [Fact]
    public async Task TurnsAfterARewind_DoNotFoldTheWayBackEachTime()
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: static options => (options.ThreadCacheBytes, options.SnapshotEntries, options.Watch) = (0, 50, null), store: store);
        harness.Model.Responds = static call => call.Finish("yes");
        for (var turn = 0; turn < 60; turn++)
        {
            await TurnAsync(harness);
        }

        Assert.True((await harness.Client.RewindAsync("t", 100, false, Token)).IsDone);
        await TurnAsync(harness);
        for (var turn = 0; turn < 5; turn++)
        {
            var before = counts.EntriesRead;
            await TurnAsync(harness);
            Assert.InRange(counts.EntriesRead - before, 0, 120);
        }
    }

    /// <summary>80 turns of 1 MB: more than a snapshot may have.</summary>
    [Fact]
    public async Task Snapshot_TooLargeToBeStored_IsLeftOutAndTheThreadGoesOn()
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            (options.SnapshotEntries, options.ThreadCacheBytes, options.Watch) = (360, 1L << 30, null);
            options.Tiers = new Dictionary<TenantId, TierLimits> { [TenantId.Default] = new TierLimits { MaxStateBytes = 1_000_000_000 } };
        }, store: store);
        for (var turn = 0; turn < 80; turn++)
        {
            var ended = await harness.WaitAsync((await harness.SubmitAsync(
                "name: much\nlimits: {max_state_bytes: 1000000000}\nnodes: [{name: a, type: prompt, template: x}]\n",
                new Dictionary<string, string> { [$"k{turn}"] = new string('x', 1_000_000) },
                static request => request with { Thread = "t" })).Id);
            Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
        }

        Assert.True((await harness.Client.GetThreadAsync("t", Token))!.Position > 360);
        Assert.Equal(0, counts.Snapshots);
    }

    // Who watches the loops folds as much again; and what snapshots cost depends on where they happen to fall.
    private static void Unwatched(EngineOptions options) => (options.Watch, options.SnapshotEntries) = (null, 1_000_000);

    private static async Task<long> AppendAsync(int items, string condition)
    {
        await using var harness = await EngineHarness.StartAsync(configure: Unwatched);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var goesOn = condition.Replace("LIMIT", $"{items}", StringComparison.Ordinal);
        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            $$$"""
            name: grow
            state: {n: {reducer: add, default: 0}, l: {reducer: append}}
            nodes:
              - {name: grow, type: transform, set: {n: "1", l: "input.item"}, max_iterations: 5000}
              - {name: done, type: prompt, template: x}
            edges:
              - {from: start, to: grow}
              - {from: grow, to: grow, condition: "{{{goesOn}}}"}
              - {from: grow, to: done, condition: "!({{{goesOn}}})"}
            limits: {max_steps: 100000}
            """,
            new { item = new string('i', 100) })).Id);
        Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task<long> CallAsync(int calls)
    {
        var tool = FunctionTool.Create(static () => "ok", "work", "Works.", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([tool], Unwatched);
        harness.Model.Responds = call =>
        {
            for (var i = 0; call.Messages.Count == 1 && i < calls; i++)
            {
                call.Demand($"c{i}", "work");
            }

            call.Finish("done");
        };
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var ended = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Worker)).Id);
        Assert.Equal((ExecutionStatus.Completed, calls), (ended.Record.Status, ended.ToolResults.Count));
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task TurnAsync(EngineHarness harness) =>
        await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, "hello", static request => request with { Thread = "t" })).Id);
}
