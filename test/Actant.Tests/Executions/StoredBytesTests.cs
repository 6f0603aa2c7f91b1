using System.Text.Json;
using Actant.Agents;
using Actant.Executions;
using Actant.Journaling;
using Actant.Testing.Executions;
using Actant.Tiers;

namespace Actant.Tests.Executions;

[Trait("Row", "S6")]
public sealed class StoredBytesTests
{
    private const string Grower = """
        name: grower
        state: {n: {reducer: add, default: 0}, text: {default: ''}}
        nodes: [{name: a, type: transform, set: {n: "1", text: input.text}, max_iterations: 1000}]
        edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < 1000}]
        """;

    /// <summary>A step that makes ten times as much as it was given.</summary>
    private const string Jumper = """
        name: jumper
        state: {text: {default: ''}, ten: {default: ''}}
        nodes:
          - {name: a, type: transform, set: {text: input.text}}
          - {name: b, type: transform, set: {ten: "[state.text, state.text, state.text, state.text, state.text, state.text, state.text, state.text, state.text, state.text]"}}
          - {name: c, type: transform, set: {text: "''"}}
        edges: [{from: start, to: a}, {from: a, to: b}, {from: b, to: c}]
        limits: {max_state_bytes: 50000000}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_TenantThatStoresAsMuchAsItMay_IsRefusedUntilSomethingIsDeleted()
    {
        await using var harness = await StartAsync(100_000);
        var first = await harness.SubmitAsync(TestAgents.Talker, Text(60_000), request => request with { Start = false, IdempotencyKey = "first" });

        var refused = await harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker, Text(60_000)) with { Start = false }, Token);

        Assert.Equal("tenant_storage_full", refused.Refusal?.Code);
        Assert.Contains("`MaxStoredBytes` of the tenant's tier `free` allows 100000", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("inputs that wait 60", refused.Refusal.Message, StringComparison.Ordinal);
        var again = EngineHarness.Request(TestAgents.Talker, Text(60_000)) with { Start = false, IdempotencyKey = "first" };
        Assert.Equal(first.Id, (await harness.Client.SubmitAsync(again, Token)).Value?.Id);
        Assert.True((await harness.Client.CancelAsync(first.Id, null, Token)).IsDone);
        Assert.True(await harness.Client.DeleteThreadAsync(first.Thread.Thread, Token));
        Assert.True((await harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker, Text(60_000)) with { Start = false }, Token)).IsDone);
    }

    [Fact]
    public async Task SubmitAsync_AnotherTenant_HasRoomOfItsOwn()
    {
        await using var harness = await StartAsync(100_000);
        await harness.SubmitAsync(TestAgents.Talker, Text(90_000), request => request with { Start = false });

        var reply = await harness.Node.Engine.For(new TenantId("other")).SubmitAsync(EngineHarness.Request(TestAgents.Talker, Text(90_000)) with { Start = false }, Token);

        Assert.True(reply.IsDone);
    }

    [Fact]
    public async Task FullTenant_AgentsForksAndChangesOfTheState_AreRefused()
    {
        await using var harness = await StartAsync(100_000);
        harness.Model.Responds = static call => call.Finish("x");
        var first = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, Text(30_000))).Id);
        await harness.SubmitAsync(TestAgents.Talker, Text(50_000), request => request with { Start = false });
        var thread = first.Record.Thread.Thread;
        var agents = new AgentStore(harness.Node.Engine);
        var agent = JsonSerializer.SerializeToElement(new { name = "large", description = Text(30_000), model = new { provider = "gated", model_name = "any" }, nodes = new[] { new { name = "n", type = "agent" } } });

        var forked = await harness.Client.ForkAsync(thread, 3, null, continues: false, Token);
        var made = await agents.CreateAsync(TenantId.Default, agent, Token);
        var changed = await harness.Client.UpdateStateAsync(
            thread, new StateUpdateRequest { Operations = [new StateOperation { Op = StateOperationKind.Set, Key = "k", Value = JsonSerializer.SerializeToElement(Text(30_000)) }] }, Token);

        Assert.Equal(["tenant_storage_full", "tenant_storage_full", "tenant_storage_full"], [forked.Refusal?.Code, made.Refusal?.Code, changed.Refusal?.Code]);
        Assert.True(await harness.Client.DeleteThreadAsync(thread, Token));
        Assert.True((await agents.CreateAsync(TenantId.Default, agent, Token)).IsDone);
    }

    [Fact]
    public async Task Execution_ThatGoesOnAndOn_FailsAQuarterAboveTheLimit()
    {
        await using var harness = await StartAsync(100_000);

        var submitted = await harness.SubmitAsync(Grower, new Dictionary<string, string> { ["text"] = Text(50_000) });
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ExecutionStatus.Failed, "tenant_storage_full"), (result.Record.Status, result.Record.Failure?.Code));
        Assert.Contains("may store a quarter more", result.Record.Failure!.Message, StringComparison.Ordinal);
        var stored = await harness.Store.For(TenantId.Default).MeasureAsync(Token);
        Assert.InRange(stored.Total, 100_000, 100_000 + 25_000 + (4 * 1024 * 1024));
    }

    [Fact]
    public async Task Executions_WhoseOneStepIsLargerThanTheRoom_FailWithoutIt()
    {
        await using var harness = await StartAsync(1_600_000);
        var ids = new List<ExecutionId>();
        for (var i = 0; i < 4; i++)
            ids.Add((await harness.SubmitAsync(Jumper, new Dictionary<string, string> { ["text"] = Text(200_000) })).Id);

        foreach (var id in ids)
        {
            var result = await harness.WaitAsync(id);
            Assert.Equal((ExecutionStatus.Failed, "tenant_storage_full"), (result.Record.Status, result.Record.Failure?.Code));
        }

        Assert.InRange((await harness.Store.For(TenantId.Default).MeasureAsync(Token)).Total, 800_000, 3_000_000);
        var next = await harness.Client.SubmitAsync(EngineHarness.Request(Jumper, new Dictionary<string, string> { ["text"] = Text(200_000) }), Token);
        Assert.Equal("tenant_storage_full", next.Refusal?.Code);
    }

    [Fact]
    public async Task Executions_ThatRunAtOnce_StoreTogetherWhatOneMay()
    {
        await using var harness = await StartAsync(12_000_000);
        var ids = new List<ExecutionId>();
        for (var i = 0; i < 8; i++)
            ids.Add((await harness.SubmitAsync(Jumper, new Dictionary<string, string> { ["text"] = Text(300_000) })).Id);

        var ends = new List<ExecutionStatus>();
        foreach (var id in ids)
            ends.Add((await harness.WaitAsync(id)).Record.Status);

        Assert.Contains(ExecutionStatus.Failed, ends);
        Assert.InRange((await harness.Store.For(TenantId.Default).MeasureAsync(Token)).Total, 2_400_000, 15_000_000);
    }

    [Fact]
    public async Task Execution_BetweenTheTwoLimits_ComesToItsEnd()
    {
        await using var harness = await StartAsync(100_000);
        harness.Model.Responds = static call => call.Finish(Text(20_000));

        var first = await harness.SubmitAsync(TestAgents.Talker, Text(40_000));
        await harness.WaitAsync(first.Id);
        var second = await harness.SubmitAsync(TestAgents.Talker, "go", request => request with { Thread = "t" });

        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(second.Id)).Record.Status);
    }

    private static string Text(int length) => new('x', length);

    private static Task<EngineHarness> StartAsync(long most) => EngineHarness.StartAsync(
        configure: options => options.Tiers = new Dictionary<TenantId, TierLimits> { [TenantId.Default] = new TierLimits { Tier = "free", MaxStoredBytes = most } });
}
