using System.Text.Json;
using Actant.InMemory;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X2")]
public sealed class LongThreadTests
{
    private const string Talk = """
        name: talk
        model: {provider: gated, model_name: any}
        state: {turns: {reducer: add, default: 0}}
        nodes:
          - {name: count, type: transform, set: {turns: "1"}}
          - {name: talk, type: agent}
        edges: [{from: count, to: talk}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What a turn reads and writes does not grow with the number of turns before it, in memory or out of it.</summary>
    [Theory]
    [InlineData(2000, 64 << 20, 10)]
    [InlineData(120, 0, 240)]
    public async Task Turn_ManyBefore_CostsTheSameAsAnEarlyOne(int turns, long cacheBytes, long mostEntries)
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: options => (options.ThreadCacheBytes, options.Watch) = (cacheBytes, null), store: store);
        harness.Model.Responds = static call => call.Finish("yes");
        (long Calls, long Bytes) early = default;
        for (var turn = 1; turn <= turns; turn++)
        {
            var before = (counts.Calls, counts.EntriesRead, counts.BytesAppended);
            var submitted = await harness.SubmitAsync(Talk, "hello", request => request with { Thread = "t" });
            await harness.WaitAsync(submitted.Id);
            var cost = (Calls: counts.Calls - before.Calls, Bytes: counts.BytesAppended - before.BytesAppended);
            early = turn == 20 ? cost : early;
            Assert.InRange(counts.EntriesRead - before.EntriesRead, 0, mostEntries);
            if (turn > 20)
            {
                Assert.InRange(cost.Calls, 1, early.Calls + 5);
                Assert.InRange(cost.Bytes, 1, early.Bytes + 100);
            }
        }

        var state = await harness.Client.GetStateAsync("t", null, Token);
        Assert.Equal(turns, state!.Values["turns"].GetInt32());
        Assert.Equal(2 * turns, state.Messages.Count);
        Assert.InRange(counts.Snapshots, 1, (state.Position / 200) + 1);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4)]
    public async Task Turn_OnAThread_ReadsItAgainUntilItIsLongEnough(int minEntries)
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: options => (options.ThreadCacheMinEntries, options.Watch) = (minEntries, null), store: store);
        var position = 0L;
        while (position < 100)
        {
            var before = counts.EntriesRead;
            await AwaitedTurnAsync(harness, "yes");
            Assert.Equal(position < minEntries ? position : 1, counts.EntriesRead - before);
            position = (await harness.Client.GetThreadAsync("t", Token))!.Position;
        }
    }

    [Fact]
    public async Task Turn_OnAShortThreadOfLargeMessages_DoesNotReadItAgain()
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(configure: static options => (options.ThreadCacheMinEntries, options.Watch) = (100, null), store: store);
        await AwaitedTurnAsync(harness, new string('x', 40_000));
        await AwaitedTurnAsync(harness, new string('x', 40_000));

        Assert.Equal(1, counts.EntriesRead);
    }

    [Fact]
    public async Task Snapshots_OnAndOff_GiveTheSame()
    {
        Assert.Equal(await PlayAsync(int.MaxValue, 1 << 20), await PlayAsync(1, 0));
        Assert.Equal(await PlayAsync(int.MaxValue, 0), await PlayAsync(3, 1 << 20));
    }

    private static async Task<string> PlayAsync(int snapshotEntries, long cacheBytes)
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => (options.SnapshotEntries, options.ThreadCacheBytes) = (snapshotEntries, cacheBytes));
        harness.Model.Responds = static call => call.Finish($"answer {call.Messages.Count}");
        await TurnAsync(harness, "t");
        await TurnAsync(harness, "t");
        await harness.Client.RewindAsync("t", 8, continues: false, Token);
        await TurnAsync(harness, "t");
        await harness.Client.ForkAsync("t", 14, "fork", continues: true, Token);
        await TurnAsync(harness, "fork");
        var text = "";
        foreach (var thread in new[] { "t", "fork" })
        {
            var end = (await harness.Client.GetThreadAsync(thread, Token))!.Position;
            for (var position = 1; position <= end; position++)
            {
                var state = await harness.Client.GetStateAsync(thread, position, Token);
                text += $"{position} {JsonSerializer.Serialize(state!.Values)} {string.Join(',', state.Messages.Select(message => message.Text))} {state.Execution is null}\n";
            }
        }

        return text;
    }

    /// <summary>A turn that somebody waits for before it can end: who comes later reads the execution, which would count too.</summary>
    private static async Task AwaitedTurnAsync(EngineHarness harness, string answer)
    {
        var submitted = await harness.SubmitAsync(Talk, "hello", static request => request with { Thread = "t" });
        var waiting = harness.WaitAsync(submitted.Id);
        (await harness.Model.Calls.NextAsync()).Finish(answer);
        Assert.Equal(ExecutionStatus.Completed, (await waiting).Record.Status);
    }

    private static async Task TurnAsync(EngineHarness harness, string thread)
    {
        var submitted = await harness.SubmitAsync(Talk, "hello", request => request with { Thread = thread });
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(submitted.Id)).Record.Status);
    }
}
