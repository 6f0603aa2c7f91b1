using Actant.Api;
using Actant.Loops;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Tests.Loops;

/// <summary>What the states of all executions of a process hold is charged to their tenants, and given back.</summary>
[Trait("Row", "S6")]
public sealed class StateMemoryTests
{
    private const long Mebibyte = 1024 * 1024;
    private const string Grows =
        """
        name: grows
        state: {n: {reducer: add, default: 0}, l: append}
        nodes: [{name: a, type: transform, set: {n: "1", l: input.item}, max_iterations: 100}, {name: done, type: prompt, template: x}]
        edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < input.times}, {from: a, to: done, condition: state.n >= input.times}]
        """;

    private static readonly TenantId s_one = new("one");
    private static readonly TenantId s_other = new("other");

    [Fact]
    public void Charge_OfWhatIsSmall_IsNotCounted()
    {
        var memory = new StateMemory(Mebibyte);
        using var charge = memory.Enter(s_one);

        Assert.Equal(TenantBudget.Outcome.Taken, charge.Set(Mebibyte - 1));
        Assert.Equal(0, memory.Held);
    }

    [Fact]
    public void Charge_GrowsAndShrinks_HoldsWhatTheStateHas()
    {
        var memory = new StateMemory(100 * Mebibyte);
        using (var charge = memory.Enter(s_one))
        {
            charge.Set((10 * Mebibyte) + 5);
            Assert.Equal(10 * Mebibyte, memory.Held);
            charge.Set(3 * Mebibyte);
            Assert.Equal(3 * Mebibyte, memory.Held);
        }

        Assert.Equal(0, memory.Held);
    }

    [Fact]
    public void Charge_BeyondTheShareOrAll_IsRefusedAndHoldsWhatItHad()
    {
        var memory = new StateMemory(10 * Mebibyte);
        using var one = memory.Enter(s_one);
        using var other = memory.Enter(s_other);
        using var third = memory.Enter(new TenantId("third"));
        Assert.Equal(TenantBudget.Outcome.Taken, one.Set(5 * Mebibyte));
        Assert.Equal(TenantBudget.Outcome.TenantFull, one.Set(6 * Mebibyte));
        Assert.Equal(TenantBudget.Outcome.Taken, other.Set(4 * Mebibyte));
        Assert.Equal(TenantBudget.Outcome.Full, third.Set(2 * Mebibyte));
        Assert.Equal(9 * Mebibyte, memory.Held);

        // What was folded is there, and counts.
        Assert.Equal(TenantBudget.Outcome.Taken, third.Set(20 * Mebibyte, isThere: true));
        Assert.Equal(TenantBudget.Outcome.Full, other.Set(5 * Mebibyte));
    }

    [Fact]
    public async Task Execution_StateGrowsBeyondWhatIsLeft_FailsAndGivesItBack()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.StateMemoryBytes = 24 * Mebibyte);

        for (var i = 0; i < 3; i++)
        {
            var large = (await harness.WaitAsync((await SubmitAsync(harness, times: 20)).Id)).Record;
            var smaller = (await harness.WaitAsync((await SubmitAsync(harness, times: 2)).Id)).Record;

            Assert.Equal((ExecutionStatus.Failed, "state_memory_full"), (large.Status, large.Failure?.Code));
            Assert.Contains("12582912", large.Failure!.Message, StringComparison.Ordinal);
            Assert.Equal((ExecutionStatus.Completed, null), (smaller.Status, smaller.Failure?.Code));
        }
    }

    [Fact]
    public async Task Execution_MakesMuchAtOnce_IsChargedForWritingItToo()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.StateMemoryBytes = 24 * Mebibyte);
        var items = string.Join(", ", Enumerable.Repeat("input.item", 8));

        var submitted = await harness.SubmitAsync(
            $$"""
            name: much
            nodes:
              - {name: a, type: transform, set: {l: "[{{items}}]" } }
              - {name: done, type: prompt, template: x}
            edges: [{from: start, to: a}, {from: a, to: done}]
            """,
            new Dictionary<string, object> { ["item"] = new string('x', 1_000_000) });

        Assert.Equal("state_memory_full", (await harness.WaitAsync(submitted.Id)).Record.Failure?.Code);
    }

    [Fact]
    public async Task Wait_ForRoom_IsBoundedAndEndsWhenThereIsSome()
    {
        var (memory, time) = (new StateMemory(20 * Mebibyte), new ManualTimeProvider());
        using var other = memory.Enter(s_one);
        using var charge = memory.Enter(s_one);
        other.Set(8 * Mebibyte);

        var refused = memory.WaitAsync(charge, 4 * Mebibyte, time, CancellationToken.None).AsTask();
        await AdvanceUntilAsync(time, refused);
        Assert.False(await refused);
        Assert.Equal(8 * Mebibyte, memory.Held);

        var waits = memory.WaitAsync(charge, 100 * Mebibyte, time, CancellationToken.None).AsTask();
        other.Dispose();
        await AdvanceUntilAsync(time, waits);
        Assert.True(await waits);
        Assert.Equal(10 * Mebibyte, memory.Held);
    }

    [Fact]
    public async Task Look_AtALargeThreadWhileMemoryIsFull_IsRefusedBeforeItIsRead()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.StateMemoryBytes = 24 * Mebibyte);
        var large = (await harness.WaitAsync((await SubmitAsync(harness, times: 2)).Id)).Record;
        var running = harness.Node.Engine.Memory.Enter(TenantId.Default);
        running.Set(12 * Mebibyte);
        var token = TestContext.Current.CancellationToken;

        foreach (var look in new Func<Task>[]
        {
            () => harness.Client.GetAsync(large.Id, token),
            () => harness.Client.GetStateAsync(large.Thread.Thread, null, token),
            () => harness.Client.GetHistoryAsync(large.Thread.Thread, 1, 100, token),
        })
        {
            var refused = Assert.ThrowsAsync<MemoryFullException>(look);
            await harness.AdvanceUntilAsync(refused);
            Assert.Equal("too_many_requests", Refusals.Of(await refused)?.Code);
        }

        running.Dispose();
        Assert.NotNull(await harness.Client.GetAsync(large.Id, token));
        Assert.NotNull(await harness.Client.GetStateAsync(large.Thread.Thread, null, token));
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Task task)
    {
        for (var i = 0; i < 400 && !task.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static Task<ExecutionRecord> SubmitAsync(EngineHarness harness, int times) =>
        harness.SubmitAsync(Grows, new Dictionary<string, object> { ["item"] = new string('x', 1_000_000), ["times"] = times });
}
