using Actant.Events;
using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Readers and callers on one node, the execution on another: nodes come when the first one has it, or they might take it.</summary>
[Trait("Row", "X6")]
public sealed class PeerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadEvents_OnAnotherNode_EveryDeltaAsItComes()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        call.Say("one ");
        var early = new Transcript();
        var reading = early.ReadAsync(other.Client, id);
        await early.SawAsync("one ");
        call.Say("two ");
        await early.SawAsync("two ");
        var late = new Transcript();
        var lateReading = late.ReadAsync(other.Client, id);
        await late.SawAsync("two ");
        call.Finish("three");

        await reading;
        await lateReading;
        Assert.Equal("one two three", Assert.Single(early.Messages).Value);
        Assert.Equal(early.Messages, late.Messages);
        Assert.Empty(early.Restarts);
    }

    [Fact]
    public async Task ReadEvents_DropsAndReturnsOnAThirdNode_TheSameTextOnce()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.AddNodeAsync();
        var third = await harness.AddNodeAsync();
        call.Say("one ");
        var reader = new Transcript();
        await reader.ReadAsync(second.Client, id, _ => reader.Last!.Value.Number > 0);
        call.Say("two ");
        var back = reader.ReadAsync(third.Client, id);
        await reader.SawAsync("two ");
        call.Finish("three");

        await back;
        Assert.Equal("one two three", Assert.Single(reader.Messages).Value);
        Assert.Empty(reader.Restarts);
    }

    [Fact]
    public async Task ReadEvents_AnswerIsGivenUpMeanwhile_ReaderElsewhereHearsOfIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        var broken = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        broken.Say("wro");
        var first = new Transcript();
        var reading = first.ReadAsync(other.Client, id);
        await first.SawAsync("wro");
        var away = new Transcript();
        await away.ReadAsync(other.Client, id, _ => away.Last!.Value.Number > 0);
        broken.Fail("model_stream_broken");
        await first.Seen.NextAsync(item => item is StreamEvent.AnswerRestarted);
        var back = away.ReadAsync(other.Client, id);
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Finish("right");

        await reading;
        await back;
        Assert.Equal("right", Assert.Single(first.Messages).Value);
        Assert.Equal("right", Assert.Single(away.Messages).Value);
        Assert.Single(first.Restarts);
        Assert.Single(away.Restarts);
    }

    [Fact]
    public async Task ReadEvents_OwnerDies_GoesOnWithTheNextOne()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.AddNodeAsync();
        call.Say("never stored");
        var reader = new Transcript();
        var reading = reader.ReadAsync(second.Client, id);
        await reader.SawAsync("never stored");
        harness.Node.Kill();
        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again);
        (await again).Finish("stored");

        await harness.AdvanceUntilAsync(reading, TimeSpan.FromMinutes(1));
        await reading;
        Assert.Equal("stored", Assert.Single(reader.Messages).Value);
    }

    [Fact]
    public async Task ReadEvents_JoinsOnAnotherNodeBehindEntriesOfOthers_EveryAnswerFromItsStart()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Two);
        var left = await harness.Model.Calls.NextAsync(call => call.System == "left");
        var right = await harness.Model.Calls.NextAsync(call => call.System == "right");
        var other = await harness.AddNodeAsync();
        var watching = new Transcript();
        var watched = watching.ReadAsync(harness.Client, record.Id);
        left.Say("one ");
        await watching.SawAsync("one ");
        right.Finish("done");
        await watching.Seen.NextAsync(item => item is StreamEvent.Stored { Entry.Payload: ModelAnswered });

        var late = new Transcript();
        var reading = late.ReadAsync(other.Client, record.Id);
        await late.SawAsync("one ");
        left.Say("two ");
        await late.SawAsync("two ");
        left.Finish("three");

        await reading;
        await watched;
        Assert.Equal(["done", "one two three"], late.Messages.Values.Order(StringComparer.Ordinal));
        Assert.Equal(watching.Entries, late.Entries);
        Assert.Empty(late.Restarts);
    }

    [Fact]
    public async Task ReadEvents_OwnerCannotBeReachedForAWhile_TheNextDeltaBringsWhatIsMissing()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Two);
        var left = await harness.Model.Calls.NextAsync(call => call.System == "left");
        var right = await harness.Model.Calls.NextAsync(call => call.System == "right");
        var other = await harness.AddNodeAsync();
        var watching = new Transcript();
        var watched = watching.ReadAsync(harness.Client, record.Id);
        left.Say("one ");
        await watching.SawAsync("one ");
        right.Finish("done");
        await watching.Seen.NextAsync(item => item is StreamEvent.Stored { Entry.Payload: ModelAnswered });
        harness.AreApart = true;
        var late = new Transcript();
        var reading = late.ReadAsync(other.Client, record.Id);
        await late.Seen.NextAsync(item => item is StreamEvent.Stored { Entry.Payload: ModelAnswered });

        harness.AreApart = false;
        await harness.AdvanceUntilAsync(other.Store.HolderSearches.NextAsync());
        left.Say("two ");
        await harness.AdvanceUntilAsync(late.Seen.NextAsync(item => item is StreamEvent.DeltaPublished { Delta.MessageId: var message } && late.Shown.GetValueOrDefault(message) == "one two "));
        left.Finish("three");

        await harness.AdvanceUntilAsync(reading);
        await watched;
        Assert.Equal(watching.Messages, late.Messages);
        Assert.Empty(late.Restarts);
    }

    [Fact]
    public async Task WaitAsync_RunsOnAnotherNode_HearsOfTheEndWithoutPolling()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1);
        var busy = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var held = await harness.Model.Calls.NextAsync();
        var elsewhere = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var waiting = harness.WaitAsync(elsewhere);
        await harness.AddNodeAsync();

        (await harness.Model.Calls.NextAsync()).Finish("from there");

        Assert.Equal("from there", (await waiting).Response);
        held.Finish("from here");
        Assert.Equal("from here", (await harness.WaitAsync(busy)).Response);
    }

    [Fact]
    public async Task WaitAsync_AcceptedAndRunOnAnotherNode_HearsOfTheEndWithoutTheClock()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        var waiting = other.Client.WaitAsync(id, Token);
        await other.Store.HolderSearches.NextAsync();

        call.Say("one ");
        call.Finish("two");

        Assert.Equal("one two", (await waiting.WaitAsync(EngineHarness.Patience, Token)).Response);
    }

    [Fact]
    public async Task WaitAsync_AcceptedAndRunOnAnotherNode_HearsOfTheQuestion()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync("""
            name: careful
            tool_definitions: [{name: work, type: code, requires_approval: true}]
            nodes: [{name: main, type: agent, model: {provider: gated, model_name: any}, tools: [work]}]
            """)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        var waiting = other.Client.WaitAsync(id, Token);
        await other.Store.HolderSearches.NextAsync();

        call.FinishWithCall("c1", "work");

        Assert.Equal(ExecutionStatus.Interrupted, (await waiting.WaitAsync(EngineHarness.Patience, Token)).Record.Status);
    }

    [Fact]
    public async Task WaitAsync_EndsElsewhereWhileItsOwnerIsSearchedFor_IsNotMissed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        other.Store.BeforeHolder = async _ =>
        {
            call.Finish("gone already");
            await harness.WaitAsync(id);
        };

        var result = await other.Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal("gone already", result.Response);
    }

    [Fact]
    public async Task WaitAsync_OwnerElsewhereDies_WaitsForTheNextOne()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        var waiting = other.Client.WaitAsync(id, Token);
        await other.Store.HolderSearches.NextAsync();
        harness.Node.Kill();

        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again);
        (await again).Finish("from the next one");

        await harness.AdvanceUntilAsync(waiting, TimeSpan.FromMinutes(1));
        Assert.Equal("from the next one", (await waiting).Response);
    }

    [Fact]
    [Trait("Row", "X3")]
    public async Task CancelAsync_RunsOnAnotherNode_EndsItWithoutTheClock()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();

        await other.Client.CancelAsync(id, null, Token);

        await call.Cancelled;
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(id)).Record.Status);
    }
}
