using System.Text.Json;
using Actant.Access;
using Actant.Api;
using Actant.Testing;
using Actant.Testing.Executions;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

/// <summary>Messages that were given up, sent again.</summary>
[Trait("Row", "I3")]
public sealed class DeadLetterBoxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resend_OnceWhatWasWrongIsMended_IsTheJobThatItWas()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("AGENT_EXECUTION", ["agent.execution.>"]) { DuplicateWindow = TimeSpan.FromMilliseconds(100) }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var box = new DeadLetterBox(NatsNode.Options(server.Url));
        string[] bodies = ["""{"job_id": "named", "agent": "late", "input": "x"}""", """{"job_id": "nameless", "agent": "late", "input": "x"}"""];
        await sender.SendAsync(bodies[0], "id-1", ("X-Own", "kept"));
        await sender.SendAsync(bodies[1]);
        await sender.MessagesAsync("AGENT_DEAD_LETTERS", 2);
        var letters = await box.ListAsync(Token).ToListAsync(Token);
        Assert.Equal([1UL, 2UL], letters.Select(static letter => letter.Sequence));
        Assert.Equal(bodies.Select(static body => body.Length).Order(), letters.Select(static letter => letter.Size).Order());
        Assert.All(letters, static letter => Assert.Equal(("agent_not_found", "agent.execution.jobs"), (letter.Code, letter.Subject)));

        // Nothing is mended yet: it comes back.
        Assert.Equal(ResendOutcome.Sent, await UntilNotTooEarlyAsync(box, letters[0].Sequence));
        await WaitAsync(async () => (await box.ListAsync(Token).ToListAsync(Token)).Any(static letter => letter.Sequence == 3));

        await AddAgentAsync(node);
        foreach (var letter in await box.ListAsync(Token).ToListAsync(Token))
        {
            Assert.Equal(ResendOutcome.Sent, await UntilNotTooEarlyAsync(box, letter.Sequence));
        }

        await WaitAsync(async () => await JobTests.CountAsync(node.Engine) == 2);
        var results = await sender.MessagesAsync("AGENT_RESULTS", 5);
        Assert.Equal(["named", "nameless"], results.Select(static message => JsonElement.Parse(message.Body)).Where(static result => result.GetProperty("data").GetProperty("status").GetString() == "completed")
            .Select(static result => result.GetProperty("data").GetProperty("job_id").GetString()).Order());
        Assert.Empty(await box.ListAsync(Token).ToListAsync(Token));
        Assert.Equal(ResendOutcome.Missing, await box.ResendAsync(1, Token));
    }

    [Fact]
    public async Task Resend_WhileTheStreamRemembersTheId_KeepsTheLetter()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var box = new DeadLetterBox(NatsNode.Options(server.Url));
        await sender.SendWhenThereAsync("no JSON", "id-1");
        await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1);

        Assert.Equal(ResendOutcome.TooEarly, await box.ResendAsync(1, Token));
        Assert.Single(await box.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Letter_ThatNamesAnotherStream_GoesNowhere()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await sender.ConsumerAsync(static _ => true);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("OTHERS", ["others.>"]), Token);
        await using var box = new DeadLetterBox(NatsNode.Options(server.Url));
        await sender.JetStream.PublishAsync("agent.dead.execution", "x"u8.ToArray(), headers: new NatsHeaders { ["Actant-Subject"] = "others.secret", ["Nats-Msg-Id"] = "forged" }, cancellationToken: Token);

        await Assert.ThrowsAnyAsync<NatsException>(() => box.ResendAsync(1, Token));
        Assert.Equal(0UL, (ulong)(await sender.JetStream.GetStreamAsync("OTHERS", cancellationToken: Token)).Info.State.Messages);
    }

    [Fact]
    public async Task Box_WithoutStreamOrServer_IsEmptyOrSaysSo()
    {
        await using var server = await NatsServer.StartAsync();
        await using (var empty = new DeadLetterBox(NatsNode.Options(server.Url)))
        {
            Assert.Empty(await empty.ListAsync(Token).ToListAsync(Token));
            Assert.Equal(ResendOutcome.Missing, await empty.ResendAsync(1, Token));
        }

        await server.KillAsync();
        await using var nowhere = new DeadLetterBox(NatsNode.Options(server.Url));
        await Assert.ThrowsAnyAsync<NatsException>(async () => await nowhere.ListAsync(Token).ToListAsync(Token));
    }

    private static async Task AddAgentAsync(NatsNode node)
    {
        var definition = JsonElement.Parse("""{"name": "late", "model": {"provider": "scripted", "model_name": "m", "options": {"default": "hello"} } }""");
        var reply = await node.Operations.Agents.CreateAsync(new Caller(TenantId.Default, Role.Admin, KeyId: null), new AgentDocumentCommand { Document = definition }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.Message);
    }

    private static async Task<ResendOutcome> UntilNotTooEarlyAsync(DeadLetterBox box, ulong sequence)
    {
        while (true)
        {
            if (await box.ResendAsync(sequence, Token) is not ResendOutcome.TooEarly and var outcome)
            {
                return outcome;
            }

            await Task.Delay(20, Token);
        }
    }

    private static async Task WaitAsync(Func<Task<bool>> isReached)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(EngineHarness.Patience);
        while (!await isReached())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
