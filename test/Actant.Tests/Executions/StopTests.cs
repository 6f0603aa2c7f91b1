using System.Text.Json;
using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X3")]
public sealed class StopTests
{
    private const string AskAndTalk = """
        name: ask-and-talk
        model: {provider: gated, model_name: any}
        nodes:
          - {name: ask, type: human, prompt: May I?}
          - {name: talk, type: agent, tools: [work]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_StepRuns_EndsItThenWaitsUntilResumed()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var waiting = harness.WaitAsync(id);

        await harness.Client.StopAsync(id, Token);
        Assert.False(call.Token.IsCancellationRequested);
        call.Demand("c1", "work");
        call.Finish();
        var stopped = await waiting;

        Assert.Equal(ExecutionStatus.Interrupted, stopped.Record.Status);
        Assert.Equal("stopped", Assert.Single(stopped.Interrupts).Reason);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(0, tool.Calls.Count);

        await AnswerAsync(harness, id, stopped.Interrupts[0].Id);
        (await tool.Calls.NextAsync()).Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    public async Task StopAsync_AnotherQuestionIsAnswered_StaysStopped()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(AskAndTalk)).Id;
        var call = await harness.Model.Calls.NextAsync();
        await harness.Client.StopAsync(id, Token);
        var waiting = harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        call.Demand("c1", "work");
        call.Finish();
        await waiting;
        var questions = (await harness.Client.GetAsync(id, Token))!.Interrupts;
        Assert.Equal(["human", "stopped"], questions.Select(question => question.Reason).Order(StringComparer.Ordinal));

        var asleep = harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        await AnswerAsync(harness, id, questions.Single(question => question.Reason == "human").Id);
        await asleep;
        Assert.Equal(0, tool.Calls.Count);
        Assert.Equal("stopped", Assert.Single((await harness.Client.GetAsync(id, Token))!.Interrupts).Reason);

        await AnswerAsync(harness, id, questions.Single(question => question.Reason == "stopped").Id);
        (await tool.Calls.NextAsync()).Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
    }

    [Fact]
    public async Task StopAsync_QueuedOnABusyThread_StopsWhenItsTurnComes()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = first.Thread.Thread });

        Assert.True((await harness.Client.StopAsync(second.Id, Token)).IsDone);
        call.Finish("first");
        Assert.Equal("first", (await harness.WaitAsync(first.Id)).Response);
        var stopped = await harness.WaitAsync(second.Id);
        Assert.Equal("stopped", Assert.Single(stopped.Interrupts).Reason);
        Assert.Equal(1, harness.Model.Calls.Count);

        await AnswerAsync(harness, second.Id, stopped.Interrupts[0].Id);
        (await harness.Model.Calls.NextAsync()).Finish("second");
        Assert.Equal("second", (await harness.WaitAsync(second.Id)).Response);
    }

    [Fact]
    public async Task StopAsync_NeverStarted_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();
        var held = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false });

        Assert.Equal("execution_not_started", (await harness.Client.StopAsync(held.Id, Token)).Refusal?.Code);

        await harness.Client.StartAsync(held.Id, Token);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal("hello", (await harness.WaitAsync(held.Id)).Response);
    }

    [Fact]
    [Trait("Row", "X1")]
    public async Task Start_SessionIsNearlyOver_WaitsForItsRenewal()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        harness.Node.Store.RefusesRenewals = true;
        harness.Time.Advance(harness.Node.Engine.Options.SessionLength * 0.85);

        var started = harness.Node.Store.Appends.NextAsync(append => append.Entries.Count > 1);
        call.Demand("c1", "work");
        call.Finish();
        await started;
        await harness.AdvanceAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, tool.Calls.Count);

        harness.Node.Store.RefusesRenewals = false;
        var worked = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(worked, TimeSpan.FromSeconds(5));
        (await worked).Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task EngineStop_StepRuns_HandsOverWhereItStands()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();

        var stopping = harness.Node.Engine.StopAsync(Token);
        call.Demand("c1", "work");
        call.Finish();
        await stopping.WaitAsync(EngineHarness.Patience, Token);
        (await tool.Calls.NextAsync()).Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("hello");

        Assert.Equal("hello", (await other.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token)).Response);
        Assert.Equal((1, 2), (tool.Calls.Count, harness.Model.Calls.Count));
        Assert.Equal(1, other.Store.Takes.Count);
        Assert.Equal(0, harness.Node.Engine.Hub.Count);
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task EngineStop_StepDoesNotEnd_IsAbortedAndRunsElsewhere()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();

        var stopping = harness.Node.Engine.StopAsync(Token);
        await harness.AdvanceUntilAsync(stopping);
        await call.Cancelled;
        (await harness.Model.Calls.NextAsync()).Finish("hello");

        Assert.Equal("hello", (await other.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token)).Response);
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task EngineStop_Idle_CanStartAgain()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.Node.Engine.StopAsync(Token);
        await harness.Node.Engine.StopAsync(Token);
        Assert.False(harness.Node.Engine.IsRunning);

        await harness.Node.Engine.StartAsync(Token);
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    public async Task Take_FiveProcessesDied_ExecutionIsPoisoned()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var node = harness.Node;
        for (var crash = 1; crash <= 5; crash++)
        {
            var call = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(call);
            node.Kill();
            node = await harness.AddNodeAsync();
        }

        var waiting = node.Client.WaitAsync(id, Token);
        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("execution_poisoned", (await waiting).Record.Failure?.Code);
        Assert.Equal(5, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task Take_AStepWasStoredBetweenCrashes_IsNotPoisoned()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool], options => options.MaxCrashes = 2);
        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var node = harness.Node;
        for (var crash = 1; crash <= 4; crash++)
        {
            var call = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(call);
            (await call).Demand($"c{crash}", "work");
            (await call).Finish();
            (await tool.Calls.NextAsync()).Succeed();
            await harness.Model.Calls.NextAsync();
            node.Kill();
            node = await harness.AddNodeAsync();
        }

        var last = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(last);
        (await last).Finish("hello");
        Assert.Equal("hello", (await node.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token)).Response);
    }

    private static async Task AnswerAsync(EngineHarness harness, ExecutionId id, string interrupt)
    {
        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [interrupt] = JsonElement.Parse("true") };
        var reply = await harness.Client.ResumeAsync(id, new ResumeRequest { Answers = answers }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
    }
}
