using System.Text;
using System.Text.Json;
using Actant.Access;
using Actant.Api;
using Actant.CloudEvents;
using Actant.Testing;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

/// <summary>What senders of one stream can do to each other.</summary>
[Trait("Row", "I3")]
public sealed class IntakeTests
{
    private const string Approval = """{"nodes": [{"name": "ask", "type": "human", "prompt": "May I?"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_ThatWaitForTheirThread_KeepNobodyOut()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { Tenants = new HashSet<TenantId> { new("acme") } }, slots: 10);
        await using var sender = new Sender(server.Url);
        await sender.SendWhenThereAsync(OfAcme("asks", Approval));
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0, Delivered.ConsumerSeq: 1 });
        for (var i = 0; i < 100; i++)
        {
            await sender.SendAsync(OfAcme($"behind-{i}"));
        }

        for (var i = 0; i < 3; i++)
        {
            await sender.SendAsync(Sender.Data($"fast-{i}").ToJsonString());
        }

        Assert.Equal(["fast-0", "fast-1", "fast-2"], (await sender.ResultsAsync(3)).Keys.Order(StringComparer.Ordinal));

        // The store has them all: a message says no more than it does.
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });
        Assert.Equal(3, await JobTests.CountAsync(node.Engine));
    }

    [Fact]
    public async Task Message_ThatCannotEvenBeRead_IsGivenUpAtOnce()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);

        await sender.SendWhenThereAsync(
            Sender.Data("poison").ToJsonString(), id: null, ("ce-id", "b%zz"), ("ce-source", "test"), ("ce-specversion", "1.0"), ("ce-type", "dev.my-platform.agent.execute"));

        var letter = Assert.Single(await sender.MessagesAsync("AGENT_DEAD_LETTERS", 1));
        Assert.Equal(("invalid_input", "b%zz"), (letter.Headers["Actant-Reason-Code"], letter.Headers["ce-id"]));
        Assert.Single(await sender.MessagesAsync("AGENT_RESULTS", 1));
        Assert.Equal(0, (await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 })).NumRedelivered);
    }

    [Fact]
    public async Task Jobs_OfOneThreadOrOneKey_GoInTheOrderOfTheStream()
    {
        const int Jobs = 30;
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await sender.ConsumerAsync(static _ => true);
        for (var i = 0; i < Jobs; i++)
        {
            var inThread = Sender.Data($"thread-{i}");
            (inThread["thread_id"], inThread["when_busy"]) = ("talk", "enqueue");
            await sender.SendAsync(inThread.ToJsonString());
            foreach (var body in (string[])["first", "second"])
            {
                var both = Sender.Event($"{body}-{i}");
                both["id"] = $"same-{i}";
                await sender.SendAsync(both.ToJsonString());
            }
        }

        var results = (await sender.MessagesAsync("AGENT_RESULTS", 3 * Jobs)).ConvertAll(static message => JsonElement.Parse(message.Body).GetProperty("data"));
        Assert.Equal(
            Enumerable.Range(0, Jobs).Select(static i => $"thread-{i}"),
            results.Select(static data => data.GetProperty("job_id").GetString()!).Where(static job => job.StartsWith("thread-", StringComparison.Ordinal)));
        Assert.Equal(Jobs, results.Count(static data => Is(data, "first-", "completed")));
        Assert.Equal(Jobs, results.Count(static data => Is(data, "second-", "failed")));
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Event_ThatCameByAnotherWayBefore_IsAnotherJob_AndHasItsResult()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));
        await using var sender = new Sender(server.Url);
        var text = Sender.Event("twice").ToJsonString();
        var reading = JobReader.ReadOne(new EventMessage("application/cloudevents+json", [], Encoding.UTF8.GetBytes(text)), traceParent: null);
        Assert.True((await new JobIntake(node.Operations, []).SubmitAsync(new Caller(TenantId.Default, Role.Runner, KeyId: null), reading, Token)).IsDone);

        await sender.SendWhenThereAsync(text);

        Assert.Equal("completed", (await sender.ResultsAsync(1))["twice"].GetProperty("data").GetProperty("status").GetString());
        Assert.Equal(2, await JobTests.CountAsync(node.Engine));
    }

    [Fact]
    public async Task Consumer_WithABoundOfDeliveries_IsNotUsed()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("AGENT_EXECUTION", ["agent.execution.>"]), Token);
        await sender.JetStream.CreateOrUpdateConsumerAsync("AGENT_EXECUTION", new ConsumerConfig("agent-executor-workers") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = 3 }, Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));

        Assert.Contains("has max_deliver 3", await JobTests.WhenAsync(node, static state => state.Contains("max_deliver", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subjects_ThatAnotherStreamHas_AreNamedWhereReadinessIsAsked()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sender = new Sender(server.Url);
        await sender.JetStream.CreateStreamAsync(new StreamConfig("OTHER", ["agent.execution.jobs"]), Token);
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url));

        var state = await JobTests.WhenAsync(node, static state => state.Contains("overlap", StringComparison.Ordinal));

        Assert.Contains("the stream AGENT_EXECUTION on agent.execution.> is missing and cannot be made: subjects overlap", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JetStream_ThatIsOff_IsNamedWhereReadinessIsAsked()
    {
        await using var server = NatsServer.Prepare("--config", "accounts.conf");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "accounts.conf"), "accounts: {A: {users: [{user: a, password: b}]}, B: {jetstream: enabled, users: [{user: c, password: d}]}}", Token);
        await server.StartAgainAsync();
        await using var node = await NatsNode.StartAsync(NatsNode.Options(server.Url) with { User = "a", Password = "b" });

        var state = await JobTests.WhenAsync(node, static state => state.Contains("JetStream", StringComparison.OrdinalIgnoreCase));

        Assert.Contains("not enabled", state, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithTwoWaysToLogIn_AreRefused() =>
        Assert.Throws<ArgumentException>(static () => NatsOptions.Check(new NatsOptions { Url = "nats://x", Token = "t", User = "u", Password = "p" }));

    private static string OfAcme(string job, string? definition = null)
    {
        var data = Sender.Data(job, definition);
        (data["tenant_id"], data["thread_id"], data["when_busy"]) = ("acme", "T", "enqueue");
        return data.ToJsonString();
    }

    private static bool Is(JsonElement data, string job, string status) =>
        data.GetProperty("job_id").GetString()!.StartsWith(job, StringComparison.Ordinal) && data.GetProperty("status").GetString() == status;
}
