using System.Text.Json;
using Actant.Executions;
using Actant.Storage;
using Actant.Testing;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

[Trait("Row", "I3")]
public sealed class JobTests
{
    private const string Approval = """{"nodes": [{"name": "ask", "type": "human", "prompt": "May I?"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_InEveryForm_RunsAndItsResultIsPublished()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);
        await sender.ConsumerAsync(static _ => true);

        await sender.SendAsync(Sender.Event("structured").ToJsonString(), headers: ("content-type", "application/cloudevents+json"));
        await sender.SendAsync(Sender.Event("untyped").ToJsonString());
        await sender.SendAsync(Sender.Data("bare").ToJsonString());
        await sender.SendAsync(
            Sender.Data("binary").ToJsonString(),
            id: "binary-1",
            ("ce-id", "1"), ("ce-source", "test"), ("ce-specversion", "1.0"), ("ce-type", "dev.my-platform.agent.execute"), ("ce-traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        var messages = await sender.MessagesAsync("AGENT_RESULTS", 4);

        Assert.All(messages, static message =>
        {
            var result = JsonElement.Parse(message.Body);
            Assert.Equal(("agent.results.completed", "application/cloudevents+json; charset=utf-8"), (message.Subject, message.Headers["Content-Type"]));
            Assert.Equal(message.Headers["Nats-Msg-Id"], result.GetProperty("id").GetString());
            Assert.Equal(("dev.my-platform.agent.completed", "hello"), (result.GetProperty("type").GetString(), result.GetProperty("data").GetProperty("result").GetString()));
        });
        var results = await sender.ResultsAsync(4);
        Assert.Equal(["bare", "binary", "structured", "untyped"], results.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c", results["binary"].GetProperty("traceparent").GetString(), StringComparison.Ordinal);
        var done = await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(0, done.NumRedelivered);
        Assert.Equal("ok", await node.Check.CheckAsync(Token));
    }

    [Fact]
    public async Task Execution_WaitsForAPerson_HoldsNoMessage()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);
        for (var i = 0; i < 10; i++)
        {
            await sender.SendWhenThereAsync(Sender.Data($"ask-{i}", Approval).ToJsonString());
        }

        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0, Delivered.ConsumerSeq: 10 });
        var client = node.Engine.For(TenantId.Default);
        var asleep = await client.ListAsync(new ExecutionFilter(), cursor: null, limit: 100, Token);
        Assert.Equal(10, asleep.Items.Count(static record => record.Status == ExecutionStatus.Interrupted));
        foreach (var record in asleep.Items)
        {
            var question = (await client.GetAsync(record.Id, Token))!.Interrupts.Single();
            await client.ResumeAsync(record.Id, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = JsonElement.Parse("\"yes\"") } }, Token);
        }

        Assert.Equal(10, (await sender.ResultsAsync(10)).Count);
    }

    [Fact]
    public async Task Slots_AllInUse_TheRestWaitsForOtherNodes()
    {
        await using var server = await NatsServer.StartAsync();
        var store = new InMemory.InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var first = await NatsNode.StartAsync(NatsNode.Options(server.Url), store, slots: 2);
        await using var sender = new Sender(server.Url);
        for (var i = 0; i < 6; i++)
        {
            await sender.SendWhenThereAsync(Sender.Data($"slow-{i}", Sender.Definition(delayMs: 4_000)).ToJsonString());
        }

        // What a scaler would see: two are worked on, four wait.
        await sender.ConsumerAsync(static info => info is { NumAckPending: 2, NumPending: 4 });
        await using var second = await NatsNode.StartAsync(NatsNode.Options(server.Url), store, slots: 2);
        await sender.ConsumerAsync(static info => info is { NumAckPending: 4, NumPending: 2 });

        // Longer than the consumer waits for a word: held messages are not given to others.
        Assert.Equal(6, (await sender.ResultsAsync(6)).Count);
        Assert.Equal(0, (await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 })).NumRedelivered);
        Assert.Equal(6, (await first.Engine.For(TenantId.Default).ListAsync(new ExecutionFilter(), null, 100, Token)).Items.Count);
    }

    [Fact]
    public async Task Node_Stops_AnotherOneHoldsWhatItHeld()
    {
        await using var server = await NatsServer.StartAsync();
        var store = new InMemory.InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var sender = new Sender(server.Url);
        await using (var first = await NatsNode.StartAsync(NatsNode.Options(server.Url), store))
        {
            for (var i = 0; i < 5; i++)
            {
                await sender.SendWhenThereAsync(Sender.Data($"slow-{i}", Sender.Definition(delayMs: 1_500)).ToJsonString());
            }

            await sender.ConsumerAsync(static info => info is { NumAckPending: 5, NumPending: 0 });
        }

        await using var second = await NatsNode.StartAsync(NatsNode.Options(server.Url), store);

        Assert.Equal(5, (await sender.ResultsAsync(5)).Count);
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(5, (await second.Engine.For(TenantId.Default).ListAsync(new ExecutionFilter(), null, 100, Token)).Items.Count);
    }

    [Fact]
    public async Task Server_KilledAndStartedTwice_EachJobHasOneResult()
    {
        const int Jobs = 200;
        await using var server = await NatsServer.StartAsync();
        var store = new InMemory.InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var first = await NatsNode.StartAsync(NatsNode.Options(server.Url), store, slots: 20);
        await using var second = await NatsNode.StartAsync(NatsNode.Options(server.Url), store, slots: 20);
        await using var sender = new Sender(server.Url);
        for (var i = 0; i < Jobs; i++)
        {
            await sender.SendWhenThereAsync(Sender.Event($"job-{i}", Sender.Definition(delayMs: 20)).ToJsonString(), id: $"job-{i}");
            if (i is 60 or 130)
            {
                await server.KillAsync();
                Assert.Equal("not connected", await WhenAsync(first, static state => state != "ok"));
                await server.StartAgainAsync();
            }
        }

        Assert.Equal(Jobs, (await sender.ResultsAsync(Jobs)).Count);
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(Jobs, await CountAsync(first.Engine));
        Assert.Equal("ok", await WhenAsync(first, static state => state == "ok"));
    }

    [Fact]
    public async Task Streams_ThatExist_AreLeftAsTheyAre_AndAConsumerThatWasRemovedIsMadeAgain()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        var own = new StreamConfig("AGENT_EXECUTION", ["agent.execution.>"]) { MaxMsgs = 77, DuplicateWindow = TimeSpan.FromSeconds(3) };
        await sender.JetStream.CreateStreamAsync(own, Token);
        await sender.JetStream.CreateOrUpdateConsumerAsync("AGENT_EXECUTION", new ConsumerConfig("agent-executor-workers") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(7), MaxAckPending = 3 }, Token);

        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await sender.SendAsync(Sender.Data("one").ToJsonString());
        Assert.Single(await sender.ResultsAsync(1));
        var (stream, consumer) = ((await sender.JetStream.GetStreamAsync("AGENT_EXECUTION", cancellationToken: Token)).Info.Config, (await sender.ConsumerAsync()).Config);
        Assert.Equal((77, TimeSpan.FromSeconds(3), StreamConfigRetention.Limits), (stream.MaxMsgs, stream.DuplicateWindow, stream.Retention));
        Assert.Equal((TimeSpan.FromSeconds(7), 3), (consumer.AckWait, consumer.MaxAckPending));

        await sender.JetStream.DeleteConsumerAsync("AGENT_EXECUTION", "agent-executor-workers", Token);
        await sender.ConsumerAsync(static info => info.Config.MaxDeliver == -1);

        // A stream of results that was removed is made again too.
        await sender.JetStream.DeleteStreamAsync("AGENT_RESULTS", Token);

        // What is in the stream comes again, and is known.
        await sender.SendAsync(Sender.Data("two").ToJsonString());
        Assert.Equal("two", (await sender.ResultsAsync(1)).Keys.Single());
        Assert.Equal(2, await CountAsync(node.Engine));
    }

    [Fact]
    public async Task Result_TooLargeForAMessage_ComesWithALink()
    {
        await using var server = NatsServer.Prepare("--config", "small.conf");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "small.conf"), "max_payload: 20000", Token);
        await server.StartAgainAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);

        await sender.SendWhenThereAsync(Sender.Data("large", Sender.Definition(answer: new string('x', 16_000))).ToJsonString());

        var data = (await sender.ResultsAsync(1))["large"].GetProperty("data");
        Assert.Equal($"/api/v1/executions/{data.GetProperty("execution_id").GetString()}", data.GetProperty("result_url").GetString());
        Assert.False(data.TryGetProperty("result", out _));
    }

    internal static async Task<int> CountAsync(ActantEngine engine)
    {
        var (count, cursor) = (0, (string?)null);
        do
        {
            var page = await engine.For(TenantId.Default).ListAsync(new ExecutionFilter(), cursor, 100, Token);
            (count, cursor) = (count + page.Items.Count, page.Cursor);
        }
        while (cursor is not null);
        return count;
    }

    internal static async Task<string> WhenAsync(NatsNode node, Func<string, bool> isReached)
    {
        for (var tries = 0; ; tries++)
        {
            string state;
            try
            {
                state = await node.Check.CheckAsync(Token);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                state = exception.GetType().Name;
            }

            if (isReached(state) || tries == 600)
            {
                return state;
            }

            await Task.Delay(50, Token);
        }
    }
}
