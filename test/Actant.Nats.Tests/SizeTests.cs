using System.Text.Json.Nodes;
using Actant.Access;
using Actant.Api;
using Actant.Testing;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

/// <summary>What is larger than a server or a stream takes.</summary>
[Trait("Row", "I3")]
public sealed class SizeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Letter_WithoutRoomForItsReason_KeepsTheMessage()
    {
        const int Most = 20_000;
        await using var server = NatsServer.Prepare("--config", "small.conf");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "small.conf"), $"max_payload: {Most}", Token);
        await server.StartAgainAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);
        await using var box = new DeadLetterBox(NatsNode.Options(server.Url));
        var body = new string('x', Most - 100);

        await sender.SendWhenThereAsync(body, id: null, ("X-Own", "kept"));

        var messages = await sender.MessagesAsync("AGENT_DEAD_LETTERS", 2);
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString(messages[0].Body));
        Assert.Equal("kept", messages[0].Headers["X-Own"]);
        Assert.Equal(("invalid_json", "1"), (messages[1].Headers["Actant-Reason-Code"], messages[1].Headers["Actant-Original"]));
        var letter = Assert.Single(await box.ListAsync(Token).ToListAsync(Token));
        Assert.Equal((2UL, body.Length), (letter.Sequence, letter.Size));

        // As it was: it is refused again, and kept again.
        Assert.Equal(ResendOutcome.Sent, await box.ResendAsync(letter.Sequence, Token));
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString((await sender.MessagesAsync("AGENT_DEAD_LETTERS", 2))[0].Body));
    }

    [Fact]
    public async Task Message_ThatNoLetterCanHold_StaysWhereItIs()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("AGENT_DEAD_LETTERS", ["agent.dead.execution"]) { MaxMsgSize = 1_000 }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));

        await sender.SendWhenThereAsync(new string('x', 5_000));
        await sender.SendWhenThereAsync(Sender.Data("next").ToJsonString());

        Assert.Equal(["", "next"], (await sender.ResultsAsync(2)).Keys.Order(StringComparer.Ordinal));
        await sender.ConsumerAsync(static info => info is { NumAckPending: 1, NumPending: 0 });
        Assert.Equal(1, (int)(await sender.JetStream.GetStreamAsync("AGENT_EXECUTION", cancellationToken: Token)).Info.State.Messages);
    }

    [Fact]
    public async Task Results_ThatTheirStreamRefuses_DelayNobody()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("AGENT_RESULTS", ["agent.results.>"]) { MaxMsgSize = 3_000 }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url), breakAfter: 1);
        for (var i = 0; i < 4; i++)
        {
            var labelled = Sender.Data($"labelled-{i}");
            labelled["labels"] = new JsonObject(Enumerable.Range(0, 20).Select(static label => KeyValuePair.Create<string, JsonNode?>($"label-{label}", new string('x', 200))));
            await sender.SendWhenThereAsync(labelled.ToJsonString());
        }

        await sender.SendWhenThereAsync(Sender.Data("long", Sender.Definition(answer: new string('x', 8_000))).ToJsonString());
        await sender.SendWhenThereAsync(Sender.Data("short").ToJsonString());

        var results = await sender.ResultsAsync(2);
        Assert.Equal("hello", results["short"].GetProperty("data").GetProperty("result").GetString());
        Assert.True(results["long"].GetProperty("data").TryGetProperty("result_url", out _));
        var caller = new Caller(TenantId.Default, Role.Admin, KeyId: null);
        for (var dead = 0; dead < 4;)
        {
            var reply = await node.Operations.Deliveries.ListAsync(caller, new ListDeliveriesCommand(Dead: true, new PageCommand { Limit = 100 }), Token);
            dead = reply.Value!.Deliveries.Count(static delivery => delivery.Reason?.Contains("too large for NATS", StringComparison.Ordinal) == true);
            await Task.Delay(50, Token);
        }
    }
}
