using Actant.Events;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "I10")]
[Trait("Row", "X6")]
public sealed class StreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadEvents_TwoBranchesAtOnce_AllReadersAgree()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Two)).Id;
        var first = new Transcript();
        var reading = first.ReadAsync(harness.Client, id);
        var dropping = ReturnOftenAsync(harness.Client, id, every: 2);
        var left = await harness.Model.Calls.NextAsync(call => call.System == "left");
        var right = await harness.Model.Calls.NextAsync(call => call.System == "right");

        left.Say("a");
        right.Say("1");
        left.Say("b");
        right.Say("2");
        await first.SawAsync("b");
        await first.SawAsync("2");
        var late = new Transcript().ReadAsync(harness.Client, id);
        left.Finish("c");
        right.Say("3");
        await first.SawAsync("3");
        var later = new Transcript().ReadAsync(harness.Client, id);
        right.Finish("4");

        await AssertAllAgreeAsync(harness, id, reading, dropping, late, later);
        Assert.Equal(["1234", "abc"], first.Messages.Values.Order(StringComparer.Ordinal));
        Assert.Empty(first.Restarts);
    }

    [Fact]
    public async Task ReadEvents_StreamBreaksAndIsRetried_OneRestartForEverybodyWhoSawDeltas()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        var first = new Transcript();
        var reading = first.ReadAsync(harness.Client, id);
        var broken = await harness.Model.Calls.NextAsync();
        broken.Say("wro");
        await first.SawAsync("wro");
        var away = new Transcript();
        await away.ReadAsync(harness.Client, id, _ => away.Seen.Count > 0 && away.Last!.Value.Number > 0);

        broken.Fail("model_stream_broken");
        await first.Seen.NextAsync(item => item is StreamEvent.AnswerRestarted);
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        var late = new Transcript().ReadAsync(harness.Client, id);
        var back = away.ReadAsync(harness.Client, id);
        var repeated = await next;
        repeated.Say("rig");
        await first.SawAsync("rig");
        repeated.Finish("ht");

        await AssertAllAgreeAsync(harness, id, reading, back, late);
        Assert.Equal(2, repeated.Attempt);
        Assert.Equal("right", Assert.Single(first.Messages).Value);
        Assert.Equal([first.Messages.Keys.Single()], first.Restarts);
        Assert.Equal(first.Restarts, away.Restarts);
        Assert.Empty((await late).Restarts);
    }

    [Fact]
    public async Task ReadEvents_TakeOver_AnswerIsPublishedToBeginAgain()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var lost = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        lost.Say("lost");
        var moved = new Transcript();
        await moved.ReadAsync(harness.Client, id, _ => moved.Last!.Value.Number > 0);
        var waiting = new Transcript();
        var elsewhere = waiting.ReadAsync(other.Client, id);
        await waiting.SawAsync("lost");

        harness.Node.Kill();
        var back = moved.ReadAsync(other.Client, id);
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Say("ke");
        await waiting.SawAsync("ke");
        (await next).Finish("pt");

        await Task.WhenAll(back, elsewhere).WaitAsync(EngineHarness.Patience, Token);
        var fresh = await new Transcript().ReadAsync(other.Client, id);
        Assert.Equal("kept", Assert.Single(moved.Messages).Value);
        Assert.Equal([moved.Messages.Keys.Single()], moved.Restarts);
        Assert.Equal(moved.Restarts, waiting.Restarts);
        Assert.Empty(fresh.Restarts);
        // Nobody hears of a take-over that the execution's history does not have, whatever they saw before anything was stored.
        Assert.Equal(fresh.Entries, moved.Entries);
        Assert.Equal(fresh.Entries, waiting.Entries);
        Assert.Equal(fresh.Messages, waiting.Messages);
    }

    [Fact]
    public async Task ReadEvents_AnotherNodeRunsIt_EntriesComeFromTheJournal()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var other = await harness.AddNodeAsync();
        var reading = new Transcript().ReadAsync(other.Client, id);

        call.Finish("hello");
        await harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(reading);

        Assert.Equal("hello", Assert.Single((await reading).Messages).Value);
        Assert.True((await reading).HasEnded);
    }

    [Fact]
    public async Task ReadEvents_ReaderStops_ExecutionEndsAndReaderCatchesUp()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.ReaderBuffer = 2);
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var transcript = new Transcript();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        var reading = Task.Run(() => transcript.ReadAsync(harness.Client, id, count =>
        {
            if (count == 1)
            {
                stopped.SetResult();
                goOn.Wait(EngineHarness.Patience);
            }

            return false;
        }), Token);
        call.Say("first ");
        await stopped.Task.WaitAsync(EngineHarness.Patience, Token);

        for (var i = 0; i < 50; i++)
        {
            call.Say($"{i} ");
        }

        call.Finish();
        var result = await harness.WaitAsync(id);
        goOn.Set();
        await reading.WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal(result.Response, Assert.Single(transcript.Messages).Value);
        Assert.Equal((await new Transcript().ReadAsync(harness.Client, id)).Entries, transcript.Entries);
    }

    [Fact]
    public async Task ReadEvents_EndedLongAgo_GivesTheStoredEntriesAndEnds()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var thread = (await harness.SubmitAsync(TestAgents.Talker)).Thread.Thread;
        var id = (await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = thread })).Id;
        var result = await harness.WaitAsync(id);
        var third = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = thread });
        await harness.WaitAsync(third.Id);

        var all = await new Transcript().ReadAsync(harness.Client, id);
        var rest = await all.ReadAsync(harness.Client, id);

        Assert.Same(all, rest);
        Assert.True(all.HasEnded);
        Assert.Equal(result.Record.StartPosition, all.Entries[0].Position);
        Assert.Equal(result.Record.EndPosition, all.Entries[^1].Position);
        Assert.Equal(all.Entries.Count, all.Entries[^1].Position - all.Entries[0].Position + 1);
        var split = new Transcript();
        while (!split.HasEnded)
        {
            await split.ReadAsync(harness.Client, id, static _ => true);
        }

        Assert.Equal(all.Entries, split.Entries);
    }

    [Fact]
    public async Task ReadEvents_NotBegun_WaitsAndSeesWhatLateReadersSee()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false })).Id;
        var reading = new Transcript().ReadAsync(harness.Client, id);

        await harness.Client.StartAsync(id, Token);
        (await harness.Model.Calls.NextAsync()).Finish("hello");

        await AssertAllAgreeAsync(harness, id, reading);
    }

    [Fact]
    public async Task ReadEvents_RolledBackMeanwhile_EndsForReturningReaders()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        var reading = new Transcript().ReadAsync(harness.Client, record.Id);

        var second = await harness.SubmitAsync(
            TestAgents.Talker, change: request => request with { Thread = record.Thread.Thread, WhenBusy = BusyStrategy.Rollback });
        var transcript = await reading.WaitAsync(EngineHarness.Patience, Token);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(second.Id);
        await transcript.ReadAsync(harness.Client, record.Id).WaitAsync(EngineHarness.Patience, Token);

        Assert.True(transcript.HasEnded);
        var other = await new Transcript().ReadAsync(harness.Client, second.Id);
        Assert.Empty(other.Entries.Intersect(transcript.Entries));
    }

    [Fact]
    public async Task ReadEvents_ThreadDeleted_Ends()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Talker);
        var call = await harness.Model.Calls.NextAsync();
        call.Say("a");
        var transcript = new Transcript();
        var reading = transcript.ReadAsync(harness.Client, record.Id);
        await transcript.SawAsync("a");

        Assert.True(await harness.Client.DeleteThreadAsync(record.Thread.Thread, Token));

        await reading.WaitAsync(EngineHarness.Patience, Token);
        await call.Cancelled;
        Assert.False(transcript.HasEnded);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => new Transcript().ReadAsync(harness.Client, record.Id));
        await AssertNothingIsKeptAsync(harness);
    }

    [Fact]
    public async Task ReadEvents_ReaderLeavesOrIsCancelled_NothingIsKept()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Start = false })).Id;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var events = harness.Client.EventsAsync(id, null, stop.Token).GetAsyncEnumerator(Token);
        var waiting = events.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await events.DisposeAsync();
        Assert.Equal(0, harness.Node.Engine.Hub.Count);
    }

    [Fact]
    public async Task GetAsync_WhileItRuns_GivesWhatIsThere()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = (await harness.SubmitAsync(TestAgents.Worker, "please")).Id;
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "work");
        call.Finish();
        (await tool.Calls.NextAsync()).Succeed();
        await harness.Model.Calls.NextAsync();

        var running = await harness.Client.GetAsync(id, Token);

        Assert.Equal(ExecutionStatus.Running, running!.Record.Status);
        Assert.Equal(["user", "assistant", "tool"], running.Messages.Select(message => message.Role));
        Assert.Single(running.ToolResults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ReadEvents_RandomReadersAndBreaks_AllAgreeWithTheModel(int round)
    {
        for (var seed = round * 1000; seed < (round * 1000) + 15; seed++)
        {
            try
            {
                await RunAtRandomAsync(seed);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}: {exception}");
            }
        }
    }

    private static async Task RunAtRandomAsync(int seed)
    {
        var random = new Random(seed);
        await using var harness = await EngineHarness.StartAsync(configure: options => options.ReaderBuffer = random.Next(1, 20));
        var id = (await harness.SubmitAsync(TestAgents.Two)).Id;
        var readers = new List<Task<Transcript>>();
        var branches = new Dictionary<string, (ModelCall Call, string Text)>(StringComparer.Ordinal);
        foreach (var name in (string[])["left", "right"])
        {
            branches[name] = (await harness.Model.Calls.NextAsync(call => call.System == name), "");
        }

        var texts = new List<string>();
        while (branches.Count > 0)
        {
            var (name, (call, text)) = branches.ElementAt(random.Next(branches.Count));
            switch (random.Next(12))
            {
                case 0 when call.Attempt < 10:
                    call.Fail("model_stream_broken");
                    var next = harness.Model.Calls.NextAsync(other => other.System == name);
                    await harness.AdvanceUntilAsync(next);
                    branches[name] = (await next, "");
                    break;
                case 1 when text.Length > 0:
                    call.Finish();
                    texts.Add(text);
                    branches.Remove(name);
                    break;
                case 2:
                    readers.Add(new Transcript().ReadAsync(harness.Client, id));
                    break;
                case 3:
                    readers.Add(ReturnOftenAsync(harness.Client, id, random.Next(1, 6)));
                    break;
                case 4:
                    await Task.Yield();
                    break;
                default:
                    var delta = $"{random.Next(100)} ";
                    call.Say(delta);
                    branches[name] = (call, text + delta);
                    break;
            }
        }

        readers.Add(new Transcript().ReadAsync(harness.Client, id));
        await AssertAllAgreeAsync(harness, id, [.. readers]);
        Assert.Equal(texts.Order(StringComparer.Ordinal), (await readers[0]).Messages.Values.Order(StringComparer.Ordinal));
    }

    private static async Task<Transcript> ReturnOftenAsync(ExecutionClient client, ExecutionId id, int every)
    {
        var transcript = new Transcript();
        while (!transcript.HasEnded)
        {
            await transcript.ReadAsync(client, id, count => count == every);
        }

        return transcript;
    }

    private static async Task AssertAllAgreeAsync(EngineHarness harness, ExecutionId id, params Task<Transcript>[] readers)
    {
        var transcripts = await Task.WhenAll(readers).WaitAsync(EngineHarness.Patience, Token);
        var record = (await harness.WaitAsync(id)).Record;
        var history = await harness.Client.GetHistoryAsync(record.Thread.Thread, record.StartPosition!.Value, 500, Token);
        Assert.All(transcripts, transcript =>
        {
            Assert.True(transcript.HasEnded);
            Assert.Equal(history.Select(entry => (entry.Position, entry.Id)), transcript.Entries);
            Assert.Equal(
                history.Select(entry => entry.Payload).OfType<ModelAnswered>().ToDictionary(answer => answer.Message.Id!, answer => answer.Message.Text),
                transcript.Messages);
        });
        await AssertNothingIsKeptAsync(harness);
    }

    private static async Task AssertNothingIsKeptAsync(EngineHarness harness)
    {
        await harness.Node.Engine.StopAsync(Token);
        Assert.Equal(0, harness.Node.Engine.Hub.Count);
    }
}
