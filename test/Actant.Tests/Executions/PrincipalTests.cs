using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Who caused what goes on record, whichever node and process carries it out.</summary>
[Trait("Row", "T7")]
[Trait("Row", "X9")]
public sealed class PrincipalTests
{
    private const string Payer = """
        name: payer
        model: {provider: gated, model_name: any}
        tool_definitions:
          - {name: pay, type: code, config: {tool: pay}, requires_approval: true}
        tools: [pay]
        """;

    private static readonly Principal s_ada = new() { KeyId = "k-ada", UserId = "ada", Role = "runner" };
    private static readonly Principal s_bob = new() { KeyId = "k-bob", Role = "admin" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_BySomebody_StandsWithTheInputAndReachesTools()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await SubmitAsync(harness, s_ada, TestAgents.Worker)).Id;
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        var invocation = await tool.Calls.NextAsync();

        Assert.Equal(s_ada, invocation.Call.Context.Principal);
        invocation.Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("done");
        var result = await harness.WaitAsync(id);

        Assert.Equal(s_ada, result.Principal);
        Assert.Equal(s_ada, Assert.Single(await PayloadsAsync<InputReceived>(harness, result)).Principal);
        Assert.Equal(s_ada, (await harness.Client.GetAsync(id, Token))!.Principal);
        Assert.Equal(s_ada, Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items).Principal);
    }

    [Fact]
    public async Task StartAsync_BySomebody_StandsWithTheBeginning()
    {
        await using var harness = await EngineHarness.StartAsync([new GatedTool("work")]);
        var reply = await harness.Client.As(s_ada).SubmitAsync(
            EngineHarness.Request(TestAgents.Worker) with { Start = false }, Token);
        await harness.Client.As(s_bob).StartAsync(reply.Value!.Id, Token);

        (await harness.Model.Calls.NextAsync()).Finish("done");
        var result = await harness.WaitAsync(reply.Value.Id);

        Assert.Equal(s_bob, Assert.Single(await PayloadsAsync<ExecutionStarted>(harness, result)).Principal);
        Assert.Equal(s_ada, Assert.Single(await PayloadsAsync<InputReceived>(harness, result)).Principal);
    }

    [Theory]
    [InlineData("""{"decision": "approve"}""", "approve")]
    [InlineData("""{"decision": "reject", "message": "too much"}""", "reject")]
    [InlineData("""{"decision": "respond", "result": "paid by hand"}""", "respond")]
    public async Task ResumeAsync_BySomebodyOnAnotherNode_AuditNamesWhoDecided(string answer, string word)
    {
        var tool = new GatedTool("pay") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var other = await harness.AddNodeAsync();
        var record = await SubmitAsync(harness, s_ada, Payer);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "pay");
        var asked = await harness.WaitAsync(record.Id);

        var reply = await other.Client.As(s_bob).ResumeAsync(record.Id, new ResumeRequest { Answer = JsonElement.Parse(answer) }, Token);

        Assert.True(reply.IsDone);
        var call = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(call);
        (await call).Finish("done");
        var waiting = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(waiting);
        var result = await waiting;
        Assert.Equal(s_bob, Assert.Single(await PayloadsAsync<Resumed>(harness, result)).Principal);
        var audited = Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items);
        var decision = Assert.Single(audited.Decisions);
        Assert.Equal((asked.Interrupts[0].Id, "tool_approval", word, s_bob), (decision.InterruptId, decision.Reason, decision.Decision, decision.Principal));
        Assert.Equal(s_ada, audited.Principal);
    }

    [Fact]
    public async Task ForkAsync_AtAnOpenQuestion_AuditOfTheCopyNamesWhoDecidedThere()
    {
        var tool = new GatedTool("pay") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await SubmitAsync(harness, s_ada, Payer);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "pay");
        await harness.WaitAsync(record.Id);
        var position = (await harness.Client.GetThreadAsync(record.Thread.Thread, Token))!.Position;

        var branch = (await harness.Client.As(s_bob).ForkAsync(record.Thread.Thread, position, "copy", continues: true, Token)).Value!;
        var asked = await harness.WaitAsync(branch.Execution!.Value);
        await harness.Client.As(s_bob).ResumeAsync(
            branch.Execution.Value, new ResumeRequest { Answer = JsonElement.Parse("""{"decision": "approve"}""") }, Token);
        (await harness.Model.Calls.NextAsync()).Finish("done");
        await harness.WaitAsync(branch.Execution.Value);

        var call = Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter { Thread = "copy" }, null, 10, Token)).Items);
        Assert.Equal(s_ada, call.Principal);
        Assert.Equal((asked.Interrupts[0].Id, s_bob), (Assert.Single(call.Decisions).InterruptId, call.Decisions[0].Principal));
        Assert.Equal(s_bob, (await EntriesAsync(harness, "copy")).Select(entry => entry.Payload).OfType<Forked>().Single().Principal);
    }

    [Fact]
    public async Task CancelAsync_BySomebody_StandsWithTheEnd()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await SubmitAsync(harness, s_ada, TestAgents.Talker);
        await harness.Model.Calls.NextAsync();

        await harness.Client.As(s_bob).CancelAsync(record.Id, "enough", Token);
        var again = await harness.Client.As(s_ada).CancelAsync(record.Id, "enough", Token);

        Assert.True(again.IsReplayed);
        var end = Assert.Single(await PayloadsAsync<ExecutionCancelled>(harness, await harness.WaitAsync(record.Id)));
        Assert.Equal(("enough", s_bob), (end.Reason, end.Principal));
    }

    [Fact]
    public async Task CancelAsync_OfOneThatWaitsBehindAnother_StandsWithItsEnd()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await SubmitAsync(harness, s_ada, TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = first.Thread.Thread });

        await harness.Client.As(s_bob).CancelAsync(second.Id, null, Token);
        await harness.WaitAsync(second.Id);
        call.Finish("hello");
        await harness.WaitAsync(first.Id);

        var end = (await EntriesAsync(harness, first.Thread.Thread)).Single(entry => entry.Execution == second.Id).Payload;
        Assert.Equal(s_bob, Assert.IsType<ExecutionCancelled>(end).Principal);
    }

    [Theory]
    [InlineData(BusyStrategy.Interrupt)]
    [InlineData(BusyStrategy.Rollback)]
    public async Task SubmitAsync_DisplacesAnother_ItsEndNamesWhoDidIt(BusyStrategy strategy)
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await SubmitAsync(harness, s_ada, TestAgents.Talker);
        await harness.Model.Calls.NextAsync();

        var next = await harness.Client.As(s_bob).SubmitAsync(
            EngineHarness.Request(TestAgents.Talker) with { Thread = first.Thread.Thread, WhenBusy = strategy }, Token);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(next.Value!.Id);

        var entries = (await EntriesAsync(harness, first.Thread.Thread)).Select(entry => entry.Payload).ToList();
        Assert.Equal(s_bob, Assert.Single(entries.OfType<ExecutionCancelled>()).Principal);
        Assert.All(entries.OfType<Rewound>(), rewound => Assert.Equal(s_bob, rewound.Principal));
        Assert.Equal([s_ada, s_bob], entries.OfType<InputReceived>().Select(input => input.Principal));
    }

    [Fact]
    public async Task RewindAsync_BySomebody_StandsWithTheEntry()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await SubmitAsync(harness, s_ada, TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(record.Id);

        await harness.Client.As(s_bob).RewindAsync(record.Thread.Thread, 1, continues: false, Token);

        Assert.Equal(s_bob, Assert.IsType<Rewound>((await EntriesAsync(harness, record.Thread.Thread))[^1].Payload).Principal);
    }

    [Fact]
    [Trait("Row", "X1")]
    public async Task StopAsync_ProcessDiesBeforeItStopped_TheNextOneStopsForTheSame()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var record = await SubmitAsync(harness, s_ada, TestAgents.Two);
        var left = await harness.Model.Calls.NextAsync();
        await harness.Model.Calls.NextAsync();
        await harness.Client.As(s_bob).StopAsync(record.Id, Token);
        var stored = harness.Node.Store.Appends.NextAsync();
        left.Finish("left");
        await stored;
        await harness.AddNodeAsync();
        harness.Node.Kill();

        var stopped = harness.WaitAsync(record.Id);
        await harness.AdvanceUntilAsync(stopped);

        Assert.Equal("stopped", Assert.Single((await stopped).Interrupts).Reason);
        var question = (await EntriesAsync(harness, record.Thread.Thread)).Select(entry => entry.Payload).OfType<Interrupted>().Single();
        Assert.Equal(s_bob, question.Principal);
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task SubmitAsync_SameKeyBySomebodyElse_IsTheSameExecution()
    {
        await using var harness = await EngineHarness.StartAsync();
        var request = EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k" };

        var first = await harness.Client.As(s_ada).SubmitAsync(request, Token);
        var again = await harness.Client.As(s_bob).SubmitAsync(request, Token);
        var third = await harness.Client.SubmitAsync(request, Token);

        Assert.True(again.IsReplayed && third.IsReplayed);
        Assert.Equal(first.Value!.Id, again.Value!.Id);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal(s_ada, (await harness.WaitAsync(first.Value.Id)).Principal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public async Task As_PartThatIsNoName_IsTheCallersFault(string part)
    {
        await using var harness = await EngineHarness.StartAsync();

        Assert.Throws<ArgumentException>(() => harness.Client.As(new Principal { UserId = part }));
        Assert.Throws<ArgumentException>(() => harness.Client.As(new Principal { KeyId = part }));
        Assert.Throws<ArgumentException>(() => harness.Client.As(new Principal { Role = part }));
        Assert.Throws<ArgumentException>(() => harness.Client.As(new Principal { Role = new string('x', 256) }));
        Assert.Throws<ArgumentException>(() => harness.Client.As(new Principal { Role = "\ud83d" }));
    }

    private static async Task<ExecutionRecord> SubmitAsync(EngineHarness harness, Principal principal, string definition)
    {
        var reply = await harness.Client.As(principal).SubmitAsync(EngineHarness.Request(definition), Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value;
    }

    private static async Task<IReadOnlyList<T>> PayloadsAsync<T>(EngineHarness harness, ExecutionResult result)
        where T : EntryPayload =>
        [.. (await EntriesAsync(harness, result.Record.Thread.Thread)).Select(entry => entry.Payload).OfType<T>()];

    private static Task<IReadOnlyList<Entry>> EntriesAsync(EngineHarness harness, string thread) => harness.Client.GetHistoryAsync(thread, 1, 500, Token);
}
