using System.Diagnostics.Metrics;
using System.Text.Json;
using Actant.Events;
using Actant.Executions;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Nats.Tests;

/// <summary>What executions do, on a real NATS.</summary>
[Trait("Row", "I3")]
public sealed class EventTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subject_OfARun_HasWhatReadersAreShown_InOrder()
    {
        await using var server = await NatsServer.StartAsync();
        var model = new GatedModel();
        await using var node = await StartAsync(server.Url, model);
        await using var listener = await Listener.StartAsync(server.Url, "agent.events.default.talk.*");
        var id = await SubmitAsync(node, "talk");

        var call = await model.Calls.NextAsync();
        call.Say("Let me ");
        var early = await listener.UntilAsync("answer_delta");
        call.Say("see.");
        call.Finish();
        var all = early.Concat(await listener.UntilAsync("execution_completed")).ToList();

        Assert.All(all, message => Assert.Equal($"agent.events.default.talk.{message.Body.GetProperty("event").GetString()}", message.Subject));
        Assert.Equal(
            ["input_received", "execution_started", "answer_delta", "model_answered", "node_finished", "execution_completed"],
            all.Select(static message => message.Body.GetProperty("event").GetString()).Where(static kind => kind != "taken").Distinct());
        Assert.Equal("Let me see.", string.Concat(all.Where(static message => message.Body.GetProperty("event").GetString() == "answer_delta")
            .Select(static message => message.Body.GetProperty("data").GetProperty("text").GetString())));
        Assert.All(all.Skip(1).Zip(all), static pair => Assert.True(PlaceOf(pair.First) > PlaceOf(pair.Second), $"{PlaceOf(pair.First)} behind {PlaceOf(pair.Second)}"));

        // Word for word what a reader of the thread gets of what is stored.
        var stored = all.Where(static message => PlaceOf(message).Number == 0).ToDictionary(static message => PlaceOf(message).Position, static message => message.Body.GetProperty("data"));
        Assert.Equal(id.ToString(), stored[stored.Keys.Max()].GetProperty("execution_id").GetString());
        Assert.Equal("Let me see.", stored.Values.Single(static data => data.GetProperty("payload").TryGetProperty("message", out _)).GetProperty("payload").GetProperty("message").GetProperty("content").ToString().Trim('"'));
    }

    [Theory]
    [InlineData("a.b", "a%2Eb")]
    [InlineData("*", "%2A")]
    [InlineData("one > all", "one%20%3E%20all")]
    [InlineData("100%", "100%25")]
    [InlineData("fil d'été 😀", "fil%20d%27%C3%A9t%C3%A9%20%F0%9F%98%80")]
    [InlineData("line\r\nPUB x 0", "line%0D%0APUB%20x%200")]
    public void Subject_OfAnyId_IsOneTokenThatIsTakenForNoOther(string id, string token)
    {
        var subject = EventSubjects.Of("agent.events", new ThreadKey(new TenantId("acme.eu:1"), id), "taken");

        Assert.Equal($"agent.events.acme%2Eeu%3A1.{token}.taken", subject);
        Assert.Equal(id, Uri.UnescapeDataString(subject.Split('.')[3]));
    }

    [Fact]
    public async Task Subject_OfHostileIds_ReachesThoseWhoListenToItAndNobodyElse()
    {
        await using var server = await NatsServer.StartAsync();
        var model = new GatedModel { Responds = static call => call.Finish("said") };
        await using var node = await StartAsync(server.Url, model);
        await using var everyEnd = await Listener.StartAsync(server.Url, "agent.events.default.*.execution_completed");
        await using var another = await Listener.StartAsync(server.Url, "agent.events.default.a.>");
        string[] threads = ["a.b", "> *", "été 😀", new('界', 255), "a"];
        foreach (var thread in threads)
        {
            await SubmitAsync(node, thread);
            Assert.Equal(thread, (await everyEnd.NextAsync()).Body.GetProperty("data").GetProperty("thread_id").GetString());
        }

        Assert.All(await another.UntilAsync("execution_completed"), static message => Assert.Equal("a", message.Body.GetProperty("data").GetProperty("thread_id").GetString()));
    }

    [Fact]
    public async Task Event_TooLargeForAMessage_SaysWhatItWas()
    {
        await using var server = NatsServer.Prepare("--config", "small.conf");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "small.conf"), "max_payload: 20000", Token);
        await server.StartAgainAsync();
        var model = new GatedModel { Responds = static call => call.Finish(new string('x', 30_000)) };
        await using var node = await StartAsync(server.Url, model);
        await using var listener = await Listener.StartAsync(server.Url, "agent.events.>");

        var id = await SubmitAsync(node, "talk");

        var answered = (await listener.UntilAsync("model_answered"))[^1].Body.GetProperty("data");
        Assert.Equal($$"""{"execution_id":"{{id}}","thread_id":"talk","too_large":true}""", answered.GetRawText());
        Assert.Equal(30_000, (await node.Engine.For(TenantId.Default).WaitAsync(id, Token)).Response!.Length);
    }

    [Fact]
    public async Task Server_AwayWithoutRoomForWhatIsSaid_CostsEventsAndNoExecution()
    {
        await using var server = await NatsServer.StartAsync();
        var (model, log) = (new GatedModel(), new LogLines());
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { EventSubject = "agent.events", EventBufferBytes = 64 * 1024 }, model: model, log: log);
        await using var lost = new Lost(node.Engine.Meter);
        await server.KillAsync();
        var id = await SubmitAsync(node, "talk");
        var call = await model.Calls.NextAsync();
        for (var i = 0; i < 100; i++)
        {
            call.Say(new string('x', 1000));
        }

        call.Finish();
        var result = await node.Engine.For(TenantId.Default).WaitAsync(id, Token).WaitAsync(TimeSpan.FromMinutes(1), Token);

        Assert.Equal(100_000, result.Response!.Length);
        Assert.True(lost.Count > 0);
        Assert.Contains(log.Written, static line => line.Text.Contains("Events did not reach NATS", StringComparison.Ordinal) && line.Text.Contains("Executions are not affected", StringComparison.Ordinal));

        // It goes on by itself.
        await server.StartAgainAsync();
        while (await node.Check.CheckAsync(Token) != "ok")
        {
            await Task.Delay(20, Token);
        }

        await using var listener = await Listener.StartAsync(server.Url, "agent.events.default.next.>");
        await SubmitAsync(node, "next");
        (await model.Calls.NextAsync()).Finish("back");
        await listener.UntilAsync("execution_completed");
    }

    [Fact]
    public void Options_EventsWhereJobsComeFrom_AreRefused()
    {
        var options = new NatsOptions { Url = "nats://localhost:4222" };

        NatsOptions.Check(options with { EventSubject = "agent.events" });
        NatsOptions.Check(options with { EventSubject = "agent.events", JobSubjects = "agent.*" });
        foreach (var subject in new[] { "agent", "agent.execution", "agent.execution.jobs.of", "agent.results", "agent.events.*", "agent..events", "events.>", "" })
        {
            Assert.Throws<ArgumentException>(() => NatsOptions.Check(options with { EventSubject = subject }));
        }

        Assert.Throws<ArgumentException>(() => NatsOptions.Check(options with { EventSubject = "agent", JobSubjects = "agent.*.talk.taken" }));
    }

    private static Task<NatsNode> StartAsync(string url, GatedModel model) => NatsNode.StartAsync(NatsNode.Options(url) with { EventSubject = "agent.events" }, model: model);

    private static async Task<ExecutionId> SubmitAsync(NatsNode node, string thread)
    {
        var reply = await node.Engine.For(TenantId.Default).SubmitAsync(
            new SubmitRequest { Definition = EngineHarness.Define(Talker), Input = JsonSerializer.SerializeToElement("go"), Thread = thread }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value.Id;
    }

    private static EventId PlaceOf((string Subject, JsonElement Body) message) => EventId.TryParse(message.Body.GetProperty("id").GetString(), out var place) ? place : throw new FormatException();

    /// <summary>What <c>actant_nats_events_lost_total</c> says.</summary>
    private sealed class Lost : IAsyncDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Lost(Meter meter)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter && instrument.Name == "actant_nats_events_lost")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _count, count));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
