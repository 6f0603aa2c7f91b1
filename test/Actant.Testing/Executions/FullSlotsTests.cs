using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>A process whose slots one tenant has filled with what does not end.</summary>
public abstract class FullSlotsTests
{
    private const int Slots = 4;

    private const string Talker = """
        name: talker
        model: {provider: gated, model_name: any}
        nodes: [{name: talk, type: agent}]
        """;

    private const string TwoSteps = """
        name: twice
        model: {provider: gated, model_name: any}
        nodes: [{name: one, type: agent, system_prompt: first step}, {name: two, type: agent, system_prompt: second step}]
        edges: [{from: start, to: one}, {from: one, to: two}]
        """;

    private static readonly TenantId s_full = new("full");
    private static readonly TenantId s_other = new("other");
    private static readonly TenantId s_third = new("third");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_OneTenantFillsTheSlots_AnotherBeginsAtOnce()
    {
        await using var harness = await StartAsync();
        await SubmitAsync(harness, s_full, Slots * 3);
        for (var i = 0; i < Slots; i++)
            await NextAsync(harness);

        var other = await SubmitAsync(harness, s_other, 1);
        var call = await NextAsync(harness);

        call.Finish("done");
        await EndAsync(harness, s_other, other);
        Assert.Equal(Slots + 1, harness.Model.Calls.Count);
        Assert.Equal(Slots, await RunningAsync(harness, s_full));
    }

    [Fact]
    public async Task Submit_OneTenantAlone_HasAllSlotsAndNoMore()
    {
        await using var harness = await StartAsync();
        await SubmitAsync(harness, s_full, Slots * 2);
        var calls = new Queue<ModelCall>();
        for (var i = 0; i < Slots * 2; i++)
        {
            if (i >= Slots)
                calls.Dequeue().Finish("done");
            calls.Enqueue(await NextAsync(harness));
            Assert.InRange(harness.Model.Calls.Count, i + 1, Math.Max(i + 1, Slots));
        }

        Assert.Equal(Slots, await RunningAsync(harness, s_full));
    }

    [Fact]
    public async Task Release_OtherTenantsWaitBesideFullSlots_OneAfterTheOther()
    {
        await using var harness = await StartAsync();
        await SubmitAsync(harness, s_full, Slots * 3);
        for (var i = 0; i < Slots; i++)
            await NextAsync(harness);
        var ids = await SubmitAsync(harness, s_other, 2);
        var call = await NextAsync(harness);
        var third = await SubmitAsync(harness, s_third, 1);

        for (var left = 3; left > 0; left--)
        {
            Assert.Equal(Slots, await RunningAsync(harness, s_full));
            Assert.Equal(1, await RunningAsync(harness, s_other) + await RunningAsync(harness, s_third));
            call.Finish("done");
            call = left > 1 ? await NextAsync(harness) : call;
        }

        await EndAsync(harness, s_other, ids);
        await EndAsync(harness, s_third, third);
        Assert.Equal(Slots, await RunningAsync(harness, s_full));
    }

    [Fact]
    public async Task Heartbeat_EveryPlaceIsHeldByAnotherTenant_OneMoreBeginsAndTheOldestMakesRoomBetweenItsSteps()
    {
        await using var harness = await StartAsync();
        var holders = Enumerable.Range(0, Slots + 1).Select(static number => new TenantId($"holder-{number}")).ToList();
        var (calls, ids) = (new List<ModelCall>(), new List<ExecutionId>());
        foreach (var holder in holders)
        {
            // Which is the oldest, the clock must say.
            harness.Time.Advance(TimeSpan.FromMilliseconds(1));
            ids.AddRange(await SubmitAsync(harness, holder, 1, TwoSteps));
            calls.Add(await NextAsync(harness));
        }

        var late = await SubmitAsync(harness, s_other, 1);
        var call = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(call, TimeSpan.FromSeconds(15));

        // It runs though all others go on; the oldest of them does not begin its second step.
        calls[0].Finish("first");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        Assert.Equal(Slots + 2, harness.Model.Calls.Count);
        (await call).Finish("done");
        await EndAsync(harness, s_other, late);
        var second = await NextAsync(harness);
        Assert.Contains("second step", second.System, StringComparison.Ordinal);
        second.Finish("second");
        await EndAsync(harness, holders[0], ids[..1]);
        Assert.Equal(Slots + 1 + 2, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Heartbeat_OneTenantFillsTheSlotsAndNobodyElseWaits_NothingIsGivenBack()
    {
        await using var harness = await StartAsync();
        await SubmitAsync(harness, s_full, Slots * 2, TwoSteps);
        var calls = new List<ModelCall>();
        for (var i = 0; i < Slots; i++)
            calls.Add(await NextAsync(harness));

        await harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        calls[0].Finish("first");

        // And not the first step of what waits.
        Assert.Contains("second step", (await NextAsync(harness)).System, StringComparison.Ordinal);
    }

    /// <summary>A store that nobody has used.</summary>
    protected abstract Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids);

    private async Task<EngineHarness> StartAsync()
    {
        var store = await OpenStoreAsync(new ManualTimeProvider(), new SequentialIdGenerator(series: 9));
        return await EngineHarness.StartAsync(store: store, configure: static options => options.MaxConcurrentExecutions = Slots);
    }

    private static async Task<List<ExecutionId>> SubmitAsync(EngineHarness harness, TenantId tenant, int count, string definition = Talker)
    {
        var ids = new List<ExecutionId>();
        for (var i = 0; i < count; i++)
            ids.Add((await harness.Node.Engine.For(tenant).SubmitAsync(EngineHarness.Request(definition), Token)).Value!.Id);
        return ids;
    }

    /// <summary>The next call. The clock creeps, so that takes which met others come again, and no heartbeat helps.</summary>
    private static async Task<ModelCall> NextAsync(EngineHarness harness)
    {
        var next = harness.Model.Calls.NextAsync();
        while (!next.IsCompleted)
        {
            harness.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        return await next;
    }

    private static async Task EndAsync(EngineHarness harness, TenantId tenant, IEnumerable<ExecutionId> ids)
    {
        foreach (var id in ids)
            await harness.Node.Engine.For(tenant).WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token);
    }

    private static async Task<int> RunningAsync(EngineHarness harness, TenantId tenant) =>
        (await harness.Store.For(tenant).ListExecutionsAsync(new ExecutionFilter { Status = ExecutionStatus.Running }, null, 100, Token)).Items.Count;
}
