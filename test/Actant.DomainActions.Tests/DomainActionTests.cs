using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Testing;

namespace Actant.DomainActions.Tests;

/// <summary>Every action, on a real Redis.</summary>
[Trait("Row", "I5")]
public sealed class DomainActionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AgentRun_AsTheDocumentHasIt_IsAnsweredByACallback()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        await queues.SendAsync(Queues.Enterprise, Queues.Sample("agent_run"));

        var answer = await queues.NextAsync("agent_orchestrator:callbacks");

        var execution = Assert.Single(await node.ExecutionsAsync(ActionNode.Acme));
        Assert.Equal(
            ["success", "correlation_id", "task_id", "tenant_id", "action_type", "created_at", "payload"],
            answer.EnumerateObject().Select(static field => field.Name));
        Assert.Equal((true, "correlation-1", "task-1", "acme", "execution.callback"), (
            answer.GetProperty("success").GetBoolean(), Text(answer, "correlation_id"), Text(answer, "task_id"), Text(answer, "tenant_id"), Text(answer, "action_type")));
        var payload = answer.GetProperty("payload");
        Assert.Equal(("completed", execution.Id.ToString(), "session-1", "helper", "hello"), (
            Text(payload, "status"), Text(payload, "execution_id"), Text(payload, "session_id"), Text(payload, "agent_id"), Text(payload, "result")));
        Assert.True(payload.GetProperty("execution_time").GetDouble() >= 0);
        Assert.Equal("session-1", execution.Thread.Thread);
        Assert.Equal("ok", await node.Check.CheckAsync(Token));
        await queues.DrainedAsync(Queues.Enterprise);

        // As the document tracks them.
        var metrics = await Queues.WhenAsync(() => queues.Database.HashGetAllAsync("execution_metrics:acme"), static all => all.Length >= 5);
        var counted = metrics.ToDictionary(static entry => entry.Name.ToString(), static entry => (long)entry.Value);
        Assert.Equal((1, 1, 1), (counted["total_executions"], counted["status:completed"], counted["execution_time_ms:count"]));
        Assert.Equal(payload.GetProperty("execution_time").GetDouble() * 1000, counted["execution_time_ms:total"], 0.5);
    }

    [Fact]
    public async Task AgentRun_SentTwice_IsOneExecution()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        await queues.SendAsync(Queues.Enterprise, Queues.Run("same"));
        await queues.SendAsync(Queues.Enterprise, Queues.Run("same"));
        await queues.SendAsync(Queues.Enterprise, Queues.Run("other"));

        await queues.AnswersAsync(2);
        await queues.DrainedAsync(Queues.Enterprise);
        Assert.Equal(2, (await node.ExecutionsAsync(ActionNode.Acme)).Count);

        // The same task with something else in it is no repetition: whoever sent it is told.
        var changed = Queues.Run("same");
        changed["payload"]!["query"] = "Something else";
        await queues.SendAsync(Queues.Enterprise, changed);
        var refused = await queues.NextAsync();
        Assert.Equal((false, "idempotency_conflict", "execution.callback", "failed"), (
            refused.GetProperty("success").GetBoolean(), Text(refused.GetProperty("error"), "code"), Text(refused, "action_type"), Text(refused.GetProperty("payload"), "status")));
    }

    [Fact]
    public async Task AgentRun_BringsDefinitionAndContext_RunsWithThem()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        var action = Queues.Run("inline", agent: null);
        action["payload"]!["agent_config"] = JsonNode.Parse("""{"nodes": [{"name": "say", "type": "prompt", "template": "{{ state.city }}: {{ state.messages[0].content }}"}]}""");
        action["payload"]!["context"] = JsonNode.Parse("""{"city": "Rome"}""");
        await queues.SendAsync("execution_service:enterprise:high_priority", action);

        var payload = (await queues.NextAsync()).GetProperty("payload");

        Assert.Equal("completed", Text(payload, "status"));
        Assert.Equal("Rome: Hello!", Text(payload, "result"));
    }

    [Fact]
    public async Task Questions_AboutAgentAndConversation_AreAnswered()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        await queues.SendAsync(Queues.Enterprise, Queues.Run("first", session: "session-1"));
        await queues.NextAsync();
        foreach (var name in new[] { "get_agent_config", "get_history", "get_context" })
        {
            await queues.SendAsync(Queues.Enterprise, Queues.Sample(name));
        }

        var config = await queues.NextAsync("agent_orchestrator:response:correlation-2");
        Assert.Equal(["success", "data", "correlation_id", "task_id", "tenant_id", "action_type"], config.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(("execution.management.get_agent_config", "helper"), (Text(config, "action_type"), Text(config.GetProperty("data"), "name")));
        Assert.Equal("main", Text(config.GetProperty("data").GetProperty("definition").GetProperty("nodes")[0], "name"));

        var history = (await queues.NextAsync("agent_orchestrator:response:correlation-3")).GetProperty("data");
        Assert.Equal("session-1", Text(history, "session_id"));
        Assert.Equal(["user: Hello!", "assistant: hello"], history.GetProperty("messages").EnumerateArray().Select(static message => $"{Text(message, "role")}: {Text(message, "content")}"));

        var context = (await queues.NextAsync("agent_orchestrator:response:correlation-4")).GetProperty("data");
        Assert.Equal("session-1", Text(context, "session_id"));
        Assert.Equal(JsonValueKind.Object, context.GetProperty("values").ValueKind);
        Assert.Equal(2, context.GetProperty("messages").GetArrayLength());

        // Answers that nobody takes go away by themselves; a queue that is there for good stays.
        var unknown = Queues.Sample("get_history");
        (unknown["payload"]!["session_id"], unknown["callback_queue_name"]) = ("nobody", "nobody-listens");
        await queues.Database.ListRightPushAsync("for-good", "before");
        await queues.SendAsync(Queues.Enterprise, unknown);
        unknown["callback_queue_name"] = "for-good";
        await queues.SendAsync(Queues.Enterprise, unknown);
        await queues.LengthAsync("for-good", static length => length == 2);
        Assert.Null(await queues.Database.KeyTimeToLiveAsync("for-good"));
        Assert.InRange((await queues.Database.KeyTimeToLiveAsync("nobody-listens"))!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
        Assert.Equal("thread_not_found", Text((await queues.NextAsync("nobody-listens")).GetProperty("error"), "code"));
    }

    [Theory]
    [InlineData("query.callback")]
    [InlineData("embedding.callback")]
    public async Task Callback_OfAnotherService_AnswersWhatTheExecutionWaitsFor(string type)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        var run = Queues.Run("task-5", agent: null);
        run["payload"]!["agent_config"] = JsonNode.Parse("""{"nodes": [{"name": "ask", "type": "human", "prompt": "What is known?"}]}""");
        await queues.SendAsync(Queues.Enterprise, run);
        var id = (await Queues.WhenAsync(() => node.ExecutionsAsync(ActionNode.Acme), static all => all.Any(static record => record.Status == ExecutionStatus.Interrupted)))[0].Id;
        var question = (await node.Engine.For(ActionNode.Acme).GetAsync(id, Token))!.Interrupts.Single();

        // It comes twice, as it may.
        var callback = Queues.Sample("query_callback");
        (callback["action_type"], callback["correlation_id"]) = (type, question.Id);
        await queues.SendAsync("agent_execution_service:enterprise:callbacks", callback);
        await queues.SendAsync("agent_execution_service:enterprise:callbacks", callback);

        var payload = (await queues.NextAsync()).GetProperty("payload");
        Assert.Equal(("completed", id.ToString()), (Text(payload, "status"), Text(payload, "execution_id")));
        Assert.Equal("It is 42.", Text(payload.GetProperty("result"), "result"));
        await queues.DrainedAsync("agent_execution_service:enterprise:callbacks");
    }

    [Fact]
    public async Task Neighbour_OfNode_IsAnsweredAsItsDocumentSays()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await node.AddAgentAsync("helper", ActionNode.Acme);
        var packages = new NodePackages("Neighbour", "redis");
        Assert.SkipWhen(await packages.InstallAsync() is { } why && Environment.GetEnvironmentVariable("CI") is null, "Node or its packages cannot be had.");

        string[] names = ["agent_run", "get_agent_config", "get_history", "get_context"];
        var samples = string.Join(',', names.Select(static name => Path.Combine(AppContext.BaseDirectory, "Samples", $"{name}.json")));
        var (code, output) = await packages.RunAsync("node", ["neighbour.mjs", $"redis://{redis.Address}", Queues.Enterprise, samples]);

        Assert.True(code == 0, output);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line)).ToList();
        Assert.Equal(
            ["execution.callback", "execution.management.get_agent_config", "execution.conversation.get_history", "execution.conversation.get_context"],
            answers.Select(static answer => Text(answer, "action_type")));
        Assert.All(answers, static answer => Assert.True(answer.GetProperty("success").GetBoolean(), answer.GetRawText()));
        Assert.Equal("hello", Text(answers[0].GetProperty("payload"), "result"));
    }

    internal static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
