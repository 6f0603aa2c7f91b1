using System.Text;
using System.Text.Json;
using Actant.Executions;
using Actant.InMemory;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>What others wanted of a thread, and what came back of it from the store is not what was stored.</summary>
[Trait("Row", "X6")]
public sealed class DamagedSignalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bodies() => ["", "{", "null", "5", "[]", "{}", "{\"interrupt_id\":7,\"operations\":[null],\"input\":", "{\"operations\":[{\"op\":\"set\"}]}", "\uffff"];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Input_Damaged_FailsTheExecutionAndSaysWhy(string body)
    {
        await using var harness = await StartAsync(SignalKind.Input, body);

        // Where it begins at once, it is not read back.
        var held = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false });
        await harness.Client.StartAsync(held.Id, Token);
        var ended = await harness.WaitAsync(held.Id);

        Assert.Equal((ExecutionStatus.Failed, "signal_unreadable"), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Empty((await harness.Store.ReadInboxAsync(ended.Record.Thread, 0, Token)).Signals);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Decision_Damaged_FailsTheExecutionAndSaysWhy(string body)
    {
        await using var harness = await StartAsync(SignalKind.Decision, body);
        var asked = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Asking)).Id);

        var reply = await harness.Client.ResumeAsync(asked.Record.Id, new ResumeRequest { Answer = JsonElement.Parse("\"yes\"") }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());

        var ended = await EndOfAsync(harness, asked.Record.Id);
        Assert.Equal((ExecutionStatus.Failed, "signal_unreadable"), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Empty((await harness.Store.ReadInboxAsync(ended.Record.Thread, 0, Token)).Signals);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task StateChange_Damaged_ChangesNothingAndIsOnRecord(string body)
    {
        await using var harness = await StartAsync(SignalKind.StateChange, body);
        var asked = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Asking)).Id);
        var thread = asked.Record.Thread.Thread;

        var update = new StateUpdateRequest { Operations = [new StateOperation { Op = StateOperationKind.Set, Key = "k", Value = JsonElement.Parse("1") }] };
        Assert.True((await harness.Client.UpdateStateAsync(thread, update, Token)).IsDone);

        await CompletesUnchangedAsync(harness, asked.Record);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("{\"messages\": 5")]
    public async Task StateUpdate_OfAnEarlierRelease_Damaged_ChangesNothing(string body)
    {
        await using var harness = await EngineHarness.StartAsync();
        var asked = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Asking)).Id);
        var thread = asked.Record.Thread.Thread;
        await harness.Store.For(TenantId.Default).SignalAsync(
            thread, [new Signal { Kind = SignalKind.StateUpdate, Key = "k", Body = Encoding.UTF8.GetBytes(body) }], Token);

        await CompletesUnchangedAsync(harness, asked.Record);
    }

    [Fact]
    public async Task Stop_Damaged_StopsAllTheSame()
    {
        await using var harness = await StartAsync(SignalKind.Stop, "{");
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();

        await harness.Client.StopAsync(id, Token);
        call.Finish("done");

        Assert.DoesNotContain("engine_fault", (await harness.WaitAsync(id)).Record.Failure?.Code ?? "", StringComparison.Ordinal);
    }

    private static async Task CompletesUnchangedAsync(EngineHarness harness, ExecutionRecord asked)
    {
        await harness.Client.ResumeAsync(asked.Id, new ResumeRequest { Answer = JsonElement.Parse("\"yes\"") }, Token);
        (await harness.Model.Calls.NextAsync()).Finish("done");

        Assert.Equal(ExecutionStatus.Completed, (await EndOfAsync(harness, asked.Id)).Record.Status);
        var history = await harness.Client.GetHistoryAsync(asked.Thread.Thread, 1, 100, Token);
        var update = Assert.Single(history.Select(static entry => entry.Payload).OfType<StateUpdated>());
        Assert.Equal(("signal_unreadable", 0), (update.Failure?.Code, update.Operations.Count));
    }

    private static async Task<EngineHarness> StartAsync(SignalKind kind, string body)
    {
        var time = new ManualTimeProvider();
        var (store, hand) = TamperedStore.Around(new InMemoryStore(time, new SequentialIdGenerator(series: 1_000_000)));
        hand.Signal = signal => signal.Kind == kind ? signal with { Body = body == "\uffff" ? new byte[] { 0xff, 0xfe } : Encoding.UTF8.GetBytes(body) } : signal;
        return await EngineHarness.StartAsync(store: store);
    }

    /// <summary>The row says that it asks until the answer was taken up.</summary>
    private static async Task<ExecutionResult> EndOfAsync(EngineHarness harness, ExecutionId id)
    {
        ExecutionResult result;
        while (!(result = await harness.WaitAsync(id)).Record.Status.IsEnd())
        {
            await Task.Delay(1, Token);
        }

        return result;
    }
}
