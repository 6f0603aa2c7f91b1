using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Filters;
using Actant.Storage;
using Actant.Testing;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

[Trait("Row", "I3")]
public sealed class DeadLetterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_ThatAreNoJobs_EndAsFailedResultsAndDeadLetters()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);
        var definition = Sender.Definition();
        (string Body, string Code, string? Job)[] messages =
        [
            ("no JSON", "invalid_json", null),
            (new string('[', 5_000), "invalid_json", null),
            ("""{"job_id": "a", "job_id": "b"}""", "invalid_json", null),
            ("""{"job_id": "empty"}""", "invalid_input", "empty"),
            ("""{"job_id": 7, "agent": "x", "input": "x"}""", "invalid_input", null),
            ("""{"job_id": "nobody", "agent": "nobody", "input": "x"}""", "agent_not_found", "nobody"),
            ("""{"job_id": "bad", "agent_definition": {"nodes": []}, "input": "x"}""", "invalid_definition", "bad"),
            ($$"""{"job_id": "foreign", "tenant_id": "other", "agent_definition": {{definition}}, "input": "x"}""", "forbidden", "foreign"),
            ("""{"job_id": "secret", "agent_definition": {"nodes": [{"type": "orchestrator", "name": "main", "model": {"provider": "openai", "model_name": "m", "api_key": "secret://x"}}]}, "input": "x"}""", "forbidden", "secret"),
            ($$"""{"job_id": "subject", "agent_definition": {{definition}}, "input": "x", "deliver_to": [{"url": "nats:agent.execution.jobs"}]}""", "invalid_input", "subject"),
            ($$"""{"job_id": "wild", "agent_definition": {{definition}}, "input": "x", "deliver_to": [{"url": "nats:agent.results.>"}]}""", "invalid_input", "wild"),
            ("""{"specversion": "1.0", "id": "x", "source": "s", "type": "other", "data": {"job_id": "type", "agent": "a", "input": "x"}}""", "invalid_input", "type"),
        ];
        foreach (var (body, _, _) in messages)
        {
            await sender.SendWhenThereAsync(body, id: null, ("Nats-Expected-Stream", "AGENT_EXECUTION"), ("X-Own", "kept"));
        }

        var results = await sender.MessagesAsync("AGENT_RESULTS", messages.Length);
        var dead = await sender.MessagesAsync("AGENT_DEAD_LETTERS", messages.Length);

        var failed = results.Select(static message => JsonElement.Parse(message.Body)).ToDictionary(static result => result.GetProperty("id").GetString()!);
        foreach (var (body, code, job) in messages)
        {
            var letter = dead.Single(message => Encoding.UTF8.GetString(message.Body) == body);
            Assert.Equal((code, "agent.execution.jobs", "AGENT_EXECUTION", "kept"), (letter.Headers["Actant-Reason-Code"], letter.Headers["Actant-Subject"], letter.Headers["Actant-Stream"], letter.Headers["X-Own"]));
            Assert.False(letter.Headers.ContainsKey("Nats-Expected-Stream"));
            var result = failed[letter.Headers["Nats-Msg-Id"]];
            Assert.Equal("dev.my-platform.agent.failed", result.GetProperty("type").GetString());
            Assert.Equal((job, "failed", code), (result.GetProperty("data").GetProperty("job_id").GetString(), result.GetProperty("data").GetProperty("status").GetString(), result.GetProperty("data").GetProperty("error").GetProperty("code").GetString()));
        }

        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(0, await JobTests.CountAsync(node.Engine));
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task MessageId_AgainWithAnotherBody_IsADeadLetter_AndTheSameIsOneExecution()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("AGENT_EXECUTION", ["agent.execution.>"]) { DuplicateWindow = TimeSpan.FromMilliseconds(100) }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));

        await sender.SendAsync(Sender.Data("first").ToJsonString(), id: "same");
        await sender.ResultsAsync(1);
        await Task.Delay(300, Token);
        await sender.SendAsync(Sender.Data("first").ToJsonString(), id: "same");
        await Task.Delay(300, Token);
        await sender.SendAsync(Sender.Data("second").ToJsonString(), id: "same");

        var results = await sender.ResultsAsync(2);
        var letter = Assert.Single(await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1));
        Assert.Equal("idempotency_conflict", results["second"].GetProperty("data").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(("idempotency_conflict", "same", "3"), (letter.Headers["Actant-Reason-Code"], letter.Headers["Actant-Msg-Id"], letter.Headers["Actant-Sequence"]));
        Assert.Equal(1, await JobTests.CountAsync(node.Engine));
    }

    [Fact]
    public async Task Message_ThatFailsEachTime_IsGivenUpAfterABound()
    {
        await using var server = await NatsServer.StartAsync();
        var filter = new Stumbling();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { MaxTries = 3 }, filters: filter);
        await using var sender = new Sender(server.Url);

        await sender.SendWhenThereAsync(Sender.Data("poison").ToJsonString());
        await sender.SendWhenThereAsync(Sender.Data("fine").ToJsonString());

        var results = await sender.ResultsAsync(2);
        Assert.Equal("completed", results["fine"].GetProperty("data").GetProperty("status").GetString());
        Assert.Equal("too_many_tries", results["poison"].GetProperty("data").GetProperty("error").GetProperty("code").GetString());
        Assert.Single(await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1));

        // The first one is no repetition, and is not counted.
        Assert.Equal(4, filter.Count);
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
    }

    [Fact]
    public async Task Pressure_PutsMessagesOffAndCountsAsNoTry()
    {
        await using var server = await NatsServer.StartAsync();
        var store = new InMemory.InMemoryStore(TimeProvider.System, IdGenerator.System);
        await store.For(TenantId.Default).SetShareAsync(TenantShare.Default with { MaxQueued = 1, MaxRunning = 1 }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { MaxTries = 1 }, store);
        await using var sender = new Sender(server.Url);
        for (var i = 0; i < 8; i++)
        {
            await sender.SendWhenThereAsync(Sender.Data($"job-{i}", Sender.Definition(delayMs: 150)).ToJsonString());
        }

        var results = await sender.ResultsAsync(8);

        Assert.All(results.Values, static result => Assert.Equal("completed", result.GetProperty("data").GetProperty("status").GetString()));
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
    }

    [Fact]
    [Trait("Row", "S6")]
    public async Task Tenants_ThatAreAllowed_MayBeNamed()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { Tenants = new HashSet<TenantId> { new("acme") } });
        await using var sender = new Sender(server.Url);
        var data = Sender.Data("theirs");
        data["tenant_id"] = JsonValue.Create("acme");

        await sender.SendWhenThereAsync(data.ToJsonString());

        await sender.ResultsAsync(1);
        Assert.Single((await node.Engine.For(new TenantId("acme")).ListAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.Equal(0, await JobTests.CountAsync(node.Engine));
    }

    /// <summary>Fails with the input of one job.</summary>
    private sealed class Stumbling : IFilter<ValueContext, JsonElement>
    {
        private int _count;

        public int Count => _count;

        public ValueTask<JsonElement> InvokeAsync(ValueContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
        {
            if (context.Thread == "poison")
            {
                Interlocked.Increment(ref _count);
                throw new InvalidOperationException("It stumbles.");
            }

            return next(cancellationToken);
        }
    }
}
