using System.Text;
using Actant.Events;
using Actant.Executions;
using Actant.InMemory;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>A journal that cannot be folded harms its own thread alone, and says why.</summary>
[Trait("Row", "X6")]
public sealed class UnreadableJournalTests
{
    /// <summary>More than an entry holds.</summary>
    private static readonly string s_large = new('x', 80_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults() => ["garbage", "truncated", "missing blob", "number out of range", "time out of range", "unknown operation", "null message", "no activation", "far back"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task NextExecution_OnAJournalThatCannotBeFolded_FailsAndNamesTheEntry(string fault)
    {
        await using var poisoned = await StartAsync();
        var position = await poisoned.PoisonAsync("t", fault);

        var next = await poisoned.SubmitAsync("t");
        var ended = await poisoned.Harness.WaitAsync(next.Id);

        Assert.Equal((ExecutionStatus.Failed, "journal_unreadable"), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Contains($"Entry {position} ", ended.Record.Failure!.Message, StringComparison.Ordinal);
        var shown = await poisoned.Client.GetAsync(next.Id, Token);
        Assert.Equal("journal_unreadable", shown!.Record.Failure!.Code);
        Assert.NotNull(shown.Record.EndPosition);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenExecution_OnAJournalThatCannotBeFolded_EndsAsSomebodyWants(bool cancels)
    {
        await using var poisoned = await StartAsync();
        var asked = await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t", TestAgents.Asking)).Id);
        await poisoned.TamperAsync("t", 3, "garbage");

        var reply = cancels
            ? await poisoned.Client.CancelAsync(asked.Record.Id, "enough", Token)
            : await poisoned.Client.StopAsync(asked.Record.Id, Token);

        Assert.True(reply.IsDone);
        var ended = await poisoned.Harness.WaitAsync(asked.Record.Id);
        Assert.Equal(cancels ? (ExecutionStatus.Cancelled, null) : (ExecutionStatus.Failed, "journal_unreadable"), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Empty((await poisoned.Harness.Store.ReadInboxAsync(new ThreadKey(TenantId.Default, "t"), 0, Token)).Signals);
    }

    [Fact]
    public async Task QueuedExecutions_OnAJournalThatCannotBeFolded_AllEnd()
    {
        await using var poisoned = await StartAsync();
        var asked = await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t", TestAgents.Asking)).Id);
        var queued = new List<ExecutionRecord>();
        for (var i = 0; i < 3; i++)
        {
            queued.Add(await poisoned.SubmitAsync("t", whenBusy: BusyStrategy.Enqueue));
        }

        await poisoned.TamperAsync("t", 3, "garbage");
        Assert.True((await poisoned.Client.CancelAsync(queued[1].Id, null, Token)).IsDone);

        Assert.Equal(ExecutionStatus.Failed, (await poisoned.Harness.WaitAsync(asked.Record.Id)).Record.Status);
        Assert.Equal(
            [ExecutionStatus.Failed, ExecutionStatus.Cancelled, ExecutionStatus.Failed],
            (await Task.WhenAll(queued.Select(record => poisoned.Harness.WaitAsync(record.Id)))).Select(ended => ended.Record.Status));
    }

    /// <summary>Ten threads, two slots, and no time that has to pass.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task HealthyExecution_BesideTenPoisonedThreads_RunsAtOnce(string fault)
    {
        await using var poisoned = await StartAsync(slots: 2);
        for (var i = 0; i < 10; i++)
        {
            await poisoned.PoisonAsync($"t{i}", fault);
        }

        var all = new List<ExecutionRecord>();
        for (var i = 0; i < 10; i++)
        {
            all.Add(await poisoned.SubmitAsync($"t{i}"));
        }

        var healthy = await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("healthy")).Id);

        Assert.Equal(ExecutionStatus.Completed, healthy.Record.Status);
        foreach (var record in all)
        {
            Assert.Equal("journal_unreadable", (await poisoned.Harness.WaitAsync(record.Id)).Record.Failure?.Code);
        }

        var running = await poisoned.Client.ListAsync(new ExecutionFilter { Status = ExecutionStatus.Running }, null, 100, Token);
        Assert.Empty(running.Items);
    }

    [Fact]
    public async Task Thread_ThatCannotBeFolded_IsReadAsFarAsItCanBe()
    {
        await using var poisoned = await StartAsync();
        var first = await poisoned.SubmitAsync("t");
        await poisoned.Harness.WaitAsync(first.Id);
        var end = (await poisoned.Client.GetThreadAsync("t", Token))!.Position;
        await poisoned.TamperAsync("t", 4, "garbage");

        var state = await Assert.ThrowsAsync<JournalUnreadableException>(() => poisoned.Client.GetStateAsync("t", null, Token));
        var history = await poisoned.Client.GetHistoryAsync("t", 1, 500, Token);
        var shown = await poisoned.Client.GetAsync(first.Id, Token);
        var events = await poisoned.Client.EventsAsync(first.Id, null, Token).ToListAsync(Token);
        await poisoned.Client.AuditAsync(new ExecutionFilter(), null, 100, Token);

        Assert.Equal(4, state.Position);
        Assert.NotNull(await poisoned.Client.GetStateAsync("t", 3, Token));
        Assert.Equal(end, history.Count);
        Assert.NotNull(Assert.IsType<UnknownPayload>(history[3].Payload).Fault);
        Assert.Equal(ExecutionStatus.Completed, shown!.Record.Status);
        Assert.Contains(events, static item => item is StreamEvent.Stored { Entry.Payload: UnknownPayload });
    }

    [Fact]
    public async Task ForkAndRewind_OfAJournalThatCannotBeFolded_WorkBeforeTheEntry()
    {
        await using var poisoned = await StartAsync();
        await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);
        var before = (await poisoned.Client.GetThreadAsync("t", Token))!.Position;
        await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);
        await poisoned.TamperAsync("t", before + 2, "garbage");

        Assert.Equal("journal_unreadable", (await poisoned.Client.ForkAsync("t", before + 4, "copy", false, Token)).Refusal?.Code);
        Assert.Equal("journal_unreadable", (await poisoned.Client.RewindAsync("t", before + 4, false, Token)).Refusal?.Code);
        Assert.True((await poisoned.Client.ForkAsync("t", before, "copy", false, Token)).IsDone);
        Assert.True((await poisoned.Client.RewindAsync("t", before, false, Token)).IsDone);

        var next = await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);
        Assert.Equal(ExecutionStatus.Completed, next.Record.Status);
        Assert.Equal(4, (await poisoned.Client.GetStateAsync("t", null, Token))!.Messages.Count);
    }

    [Fact]
    public async Task Delete_ThreadThatCannotBeFolded_IsGone()
    {
        await using var poisoned = await StartAsync();
        await poisoned.PoisonAsync("t", "garbage");
        await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);

        Assert.True(await poisoned.Client.DeleteThreadAsync("t", Token));
        poisoned.Heal();
        Assert.Equal(ExecutionStatus.Completed, (await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id)).Record.Status);
    }

    [Fact]
    public async Task Snapshot_ThatCannotBeRead_IsAsGoodAsNone()
    {
        await using var poisoned = await StartAsync(configure: static options => options.SnapshotEntries = 1);
        await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);
        poisoned.Hand.Snapshot = static snapshot => snapshot with { Content = "{\"position\":3,\"scopes\":{}}"u8.ToArray() };

        var next = await poisoned.Harness.WaitAsync((await poisoned.SubmitAsync("t")).Id);

        Assert.True(poisoned.Hand.SnapshotsRead > 0);
        Assert.Equal(ExecutionStatus.Completed, next.Record.Status);
        Assert.Equal(4, (await poisoned.Client.GetStateAsync("t", null, Token))!.Messages.Count);
    }

    private static async Task<Poisoned> StartAsync(int slots = 10, Action<EngineOptions>? configure = null)
    {
        var (store, hand) = TamperedStore.Around(new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9)));
        var harness = await EngineHarness.StartAsync(
            configure: options =>
            {
                (options.ThreadCacheBytes, options.MaxConcurrentExecutions) = (0, slots);
                configure?.Invoke(options);
            },
            store: store);
        harness.Model.Responds = static call => call.Finish(s_large);
        return new Poisoned(harness, hand);
    }

    /// <summary>An engine on a store with entries that are not what was stored.</summary>
    private sealed class Poisoned(EngineHarness harness, TamperedStore.Hand hand) : IAsyncDisposable
    {
        public EngineHarness Harness => harness;

        public TamperedStore.Hand Hand => hand;

        public ExecutionClient Client => harness.Client;

        public ValueTask DisposeAsync() => harness.DisposeAsync();

        public Task<ExecutionRecord> SubmitAsync(string thread, string agent = TestAgents.Talker, BusyStrategy? whenBusy = null) =>
            harness.SubmitAsync(agent, "hello", request => request with { Thread = thread, WhenBusy = whenBusy });

        /// <summary>A thread that has had an execution, of which an entry is not what it was.</summary>
        public async Task<long> PoisonAsync(string thread, string fault)
        {
            await harness.WaitAsync((await SubmitAsync(thread)).Id);
            return await TamperAsync(thread, fault == "missing blob" ? 4 : 3, fault);
        }

        public async Task<long> TamperAsync(string thread, long position, string fault)
        {
            if (fault == "missing blob")
            {
                hand.LosesBlobs = true;
                return position;
            }

            // By its id, so that entries of other threads stay what they are.
            var id = (await harness.Store.For(TenantId.Default).ReadAsync(thread, position, 1, Token))[0].Id;
            var before = hand.Entry;
            hand.Entry = entry => entry.Id == id ? entry with { Body = Encoding.UTF8.GetBytes(BodyOf(fault)) } : before(entry);
            return position;
        }

        public void Heal() => hand.Entry = static entry => entry;

        private static string BodyOf(string fault) => fault switch
        {
            "garbage" => "\0\u0001 no journal at all",
            "truncated" => """{"v":1,"kind":"state_updated","at":1,"payload":{"operations":[{"op":"set","key":"k","val""",
            "number out of range" => """{"v":1,"kind":"state_updated","attempt":99999999999,"at":1,"payload":{"operations":[]}}""",
            "time out of range" => $$$"""{"v":1,"kind":"state_updated","at":{{{long.MaxValue}}},"payload":{"operations":[]}}""",
            "unknown operation" => """{"v":1,"kind":"state_updated","at":1,"payload":{"operations":[{"op":"increment","key":"k","value":1}]}}""",
            "null message" => """{"v":1,"kind":"model_answered","activation":"talk","at":1,"payload":{"message":null,"request":{"base":1,"messages":1,"hash":"0"},"model":"m","model_source":"s","usage":{},"cost_usd":0,"duration_ms":1}}""",
            "no activation" => """{"v":1,"kind":"tool_finished","at":1,"payload":{"call_id":"c","tool":"t","duration_ms":1}}""",
            "far back" => """{"v":1,"kind":"rewound","at":1,"payload":{"to":1000000}}""",
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
        };
    }
}
