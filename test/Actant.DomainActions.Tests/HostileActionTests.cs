using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Testing;
using StackExchange.Redis;

namespace Actant.DomainActions.Tests;

/// <summary>What is no action, or may not be: answered where anybody may be, kept as it came, and nobody else's business.</summary>
[Trait("Row", "I5")]
public sealed class HostileActionTests
{
    [Fact]
    public async Task Messages_ThatAreNoActions_AreDeadLettersAsTheyCame()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        (RedisValue Body, string Code, bool IsAnswered)[] messages =
        [
            ("no JSON", "invalid_json", false),
            (new byte[] { 0xff, 0xfe, 0x00 }, "invalid_json", false),
            (new string('[', 5_000), "invalid_json", false),
            ("[]", "invalid_json", false),
            ("{}", "invalid_input", false),
            ("""{"action_type": 7, "tenant_id": {}, "task_id": []}""", "invalid_input", false),
            (Changed("type", static action => action["action_type"] = "execution.fly"), "unknown_action", true),
            (Changed("no-type", static action => action.Remove("action_type")), "invalid_input", true),
            (Changed("no-task", static action => action.Remove("task_id")), "invalid_input", true),
            (Changed("payload", static action => action["payload"] = "text"), "invalid_input", true),
            (Changed("nothing", static action => action["payload"]!.AsObject().Remove("query")), "invalid_input", true),
            (Changed("session", static action => action["payload"]!["session_id"] = 7), "invalid_input", true),
            (Changed("agent", static action => action["payload"]!["agent_id"] = "nobody"), "agent_not_found", true),
            (Changed("config", static action => action["payload"]!["agent_config"] = JsonNode.Parse("""{"nodes": []}""")), "invalid_definition", true),
            (Changed("secret", static action => action["payload"]!["agent_config"] = JsonNode.Parse(
                """{"nodes": [{"type": "orchestrator", "name": "main", "model": {"provider": "openai", "model_name": "m", "api_key": "secret://x"}}]}""")), "forbidden", true),
            (Changed("engine", static action => action["tenant_id"] = ":access"), "invalid_input", false),
            (Changed("foreign", static action => action["tenant_id"] = "globex"), "wrong_queue", false),
            (Changed("unknown", static action => action["tenant_id"] = "somebody"), "wrong_queue", false),
            (Changed("theirs", static action => action["callback_queue_name"] = "orchestrator:globex:answers"), "forbidden", false),
            (Changed("responses", static action => action["callback_queue_name"] = "agent_responses:globex:1"), "forbidden", false),
            (Changed("ours", static action => action["callback_queue_name"] = Queues.Professional), "forbidden", false),
            (Changed("keys", static action => action["callback_queue_name"] = "actant:{x}:owner"), "forbidden", false),
            (Changed("cache", static action => action["callback_queue_name"] = "agent_config:acme:helper"), "forbidden", false),
            (Changed("white", static action => action["callback_queue_name"] = "a b"), "forbidden", false),
            (Changed("typed", static action => action["callback_queue_name"] = 7), "invalid_input", false),
        ];
        foreach (var (body, _, _) in messages)
        {
            await queues.SendAsync(Queues.Enterprise, body);
        }

        var dead = await queues.DeadAsync(Queues.Enterprise, messages.Length);
        Assert.Equal(messages.Length, dead.Count);
        Assert.All(messages, message => Assert.Equal(message.Code, dead.First(letter => letter.Body == message.Body).Reason.GetProperty("code").GetString()));

        var answered = messages.Where(static message => message.IsAnswered).ToList();
        var answers = new List<JsonElement>();
        while (answers.Count < answered.Count)
        {
            answers.Add(await queues.NextAsync());
        }

        Assert.All(answers, static answer => Assert.False(answer.GetProperty("success").GetBoolean()));
        Assert.Equal(
            answered.Select(static message => message.Code).Order(StringComparer.Ordinal),
            answers.Select(static answer => answer.GetProperty("error").GetProperty("code").GetString()!).Order(StringComparer.Ordinal));
        Assert.Contains(answers, static answer => answer.GetProperty("error").TryGetProperty("errors", out var errors) && errors[0].GetProperty("path").GetString() == "$.payload.session_id");

        // It works on, and nobody else was touched.
        await queues.SendAsync(Queues.Enterprise, Queues.Run("good"));
        Assert.True((await queues.NextAsync()).GetProperty("success").GetBoolean());
        Assert.Empty(await node.ExecutionsAsync(ActionNode.Globex));
        Assert.Single(await node.ExecutionsAsync(ActionNode.Acme));
        foreach (var list in new[] { "orchestrator:globex:answers", "agent_responses:globex:1", "agent_config:acme:helper", "a b" })
        {
            Assert.False(await queues.Database.KeyExistsAsync(list), list);
        }

        await queues.DrainedAsync(Queues.Enterprise);
    }

    [Fact]
    public async Task Message_Of50MB_IsNotEvenRead()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        var large = new byte[50 * 1024 * 1024];
        large.AsSpan().Fill((byte)' ');
        await queues.SendAsync(Queues.Enterprise, large);
        await queues.SendAsync(Queues.Enterprise, Queues.Run("behind"));

        Assert.True((await queues.NextAsync()).GetProperty("success").GetBoolean());
        await queues.LengthAsync($"actant:{{{Queues.Enterprise}}}:dead", static length => length == 1);
        var reason = JsonElement.Parse((await queues.Database.HashGetAllAsync($"actant:{{{Queues.Enterprise}}}:dead:reasons")).Single().Value.ToString());
        Assert.Equal("payload_too_large", reason.GetProperty("code").GetString());

        // What is kept is bounded: the next one takes its place.
        large[0] = (byte)'{';
        await queues.SendAsync(Queues.Enterprise, large);
        await queues.SendAsync(Queues.Enterprise, Queues.Run("behind-2"));
        await queues.NextAsync();
        Assert.Equal(1, await queues.Database.ListLengthAsync($"actant:{{{Queues.Enterprise}}}:dead"));
        Assert.Equal(large.Length, (long)await queues.Database.StringGetAsync($"actant:{{{Queues.Enterprise}}}:dead:bytes"));
    }

    [Fact]
    public async Task CallbackQueue_ThatIsNoList_HarmsNobody()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await using var queues = await Queues.OpenAsync(redis.Address);
        await node.AddAgentAsync("helper", ActionNode.Acme);
        await queues.Database.StringSetAsync("taken", "by somebody");
        var question = Queues.Sample("get_agent_config");
        question["callback_queue_name"] = "taken";
        await queues.SendAsync(Queues.Enterprise, question);
        await queues.SendAsync(Queues.Enterprise, Queues.Run("to-nowhere", answerTo: "taken"));
        await queues.SendAsync(Queues.Enterprise, Queues.Run("good"));

        Assert.Equal("good", (await queues.NextAsync()).GetProperty("task_id").GetString());
        Assert.Equal("by somebody", (await queues.Database.StringGetAsync("taken")).ToString());
        await queues.DrainedAsync(Queues.Enterprise);
        Assert.Equal(2, (await node.ExecutionsAsync(ActionNode.Acme)).Count);
    }

    private static RedisValue Changed(string task, Action<JsonObject> change)
    {
        var action = Queues.Run(task);
        change(action);
        return Encoding.UTF8.GetBytes(action.ToJsonString());
    }
}
