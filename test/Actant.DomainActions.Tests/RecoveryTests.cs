using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;
using StackExchange.Redis;

namespace Actant.DomainActions.Tests;

/// <summary>Nothing is lost, nothing is done twice, and what is of one conversation stays in its order.</summary>
[Trait("Row", "I5")]
public sealed class RecoveryTests
{
    private const string Processing = $"actant:{{{Queues.Enterprise}}}:processing";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processing_OfANodeThatDied_IsTakenOverInFrontOfTheRest()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var queues = await Queues.OpenAsync(redis.Address);

        // What a node leaves behind that was killed in the middle of three.
        for (var i = 0; i < 3; i++)
        {
            await queues.Database.ListRightPushAsync(Processing, Said(i).ToJsonString());
        }

        await queues.SendAsync(Queues.Enterprise, Said(3));
        await queues.Database.StringSetAsync($"actant:{{{Queues.Enterprise}}}:owner", "of another", TimeSpan.FromSeconds(2));
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));
        await node.AddAgentAsync("helper", ActionNode.Acme);

        await queues.AnswersAsync(4);
        Assert.Equal(["0", "1", "2", "3"], await SaidAsync(node));
        await queues.DrainedAsync(Queues.Enterprise);
    }

    [Fact]
    public async Task Message_ThatKillsWhoeverTakesIt_IsGivenUp()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var queues = await Queues.OpenAsync(redis.Address);
        var body = Queues.Run("killer").ToJsonString();
        await queues.Database.ListRightPushAsync(Processing, body);
        await queues.Database.HashSetAsync($"actant:{{{Queues.Enterprise}}}:tries", Convert.ToHexStringLower(Queues.Sha1(System.Text.Encoding.UTF8.GetBytes(body))), 4);
        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address));

        var (dead, reason) = (await queues.DeadAsync(Queues.Enterprise, 1))[0];

        Assert.Equal((body, "too_many_tries"), (dead.ToString(), reason.GetProperty("code").GetString()));
        Assert.Empty(await node.ExecutionsAsync(ActionNode.Acme));
    }

    [Fact]
    public async Task Thread_TakenByTwoNodes_KeepsItsOrder()
    {
        const int Messages = 60;
        await using var redis = await RedisServer.StartAsync();
        var store = ActionNode.Store();
        await using var first = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 3);
        await using var second = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 3);
        await using var queues = await Queues.OpenAsync(redis.Address);
        await first.AddAgentAsync("helper", ActionNode.Acme);
        for (var i = 0; i < Messages; i++)
        {
            await queues.SendAsync(Queues.Enterprise, Said(i));
        }

        await queues.AnswersAsync(Messages);

        Assert.Equal(Enumerable.Range(0, Messages).Select(static i => i.ToString(CultureInfo.InvariantCulture)), await SaidAsync(first));
        Assert.Equal(Messages, (await first.ExecutionsAsync(ActionNode.Acme)).Count);
    }

    [Fact]
    public async Task Slots_AllInUse_TheRestStaysInItsList()
    {
        await using var redis = await RedisServer.StartAsync();
        var (store, model) = (ActionNode.Store(), new GatedModel());
        await using var queues = await Queues.OpenAsync(redis.Address);
        await using var first = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 2, model);
        for (var i = 0; i < 6; i++)
        {
            var action = Queues.Run($"slow-{i}", agent: null);
            action["payload"]!["agent_config"] = JsonNode.Parse("""{"name": "talker", "model": {"provider": "gated", "model_name": "any"}}""");
            await queues.SendAsync(Queues.Enterprise, action);
        }

        List<ModelCall> calls = [await model.Calls.NextAsync(), await model.Calls.NextAsync()];
        await queues.LengthAsync(Queues.Enterprise, static length => length == 4);
        Assert.Equal(2, (await first.ExecutionsAsync(ActionNode.Acme)).Count);
        await using var second = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 2, model);
        calls.AddRange([await model.Calls.NextAsync(), await model.Calls.NextAsync()]);
        await queues.LengthAsync(Queues.Enterprise, static length => length == 2);
        Assert.Equal(4, (await first.ExecutionsAsync(ActionNode.Acme)).Count);
        for (var i = 0; i < 6; i++)
        {
            (i < calls.Count ? calls[i] : await model.Calls.NextAsync()).Finish("done");
        }

        Assert.Equal(6, (await queues.AnswersAsync(6)).Count);
    }

    [Fact]
    public async Task Tenant_WithAsMuchAsItMayHave_HoldsUpNobodyElse()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var queues = await Queues.OpenAsync(redis.Address);
        var store = ActionNode.Store();
        await store.For(ActionNode.Acme).SetShareAsync(new TenantShare(MaxRunning: 1, MaxQueued: 1), Token);
        await using var idle = await ActionNode.StartAsync(ActionNode.Options(redis.Address) with { TakesActions = false }, store);
        await idle.AddAgentAsync("helper", ActionNode.Acme, delayMs: 1_000);
        await idle.AddAgentAsync("helper", ActionNode.Initech);
        for (var i = 0; i < 8; i++)
        {
            await queues.SendAsync(Queues.Enterprise, Said(i));
        }

        await queues.SendAsync(Queues.Enterprise, Queues.Run("other", tenant: "initech", answerTo: "others"));

        await using var node = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store);
        await Queues.WhenAsync(() => queues.Database.SetLengthAsync($"actant:{{{Queues.Enterprise}}}:tenants"), static length => length == 1);
        Assert.Equal("other", (await queues.NextAsync("others")).GetProperty("task_id").GetString());
        await queues.AnswersAsync(8);
        Assert.True((await node.ExecutionsAsync(ActionNode.Initech))[0].CreatedAt < (await node.ExecutionsAsync(ActionNode.Acme)).Max(static record => record.CreatedAt));
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => i.ToString(CultureInfo.InvariantCulture)), await SaidAsync(node));
        await Queues.WhenAsync(() => queues.Database.SetLengthAsync($"actant:{{{Queues.Enterprise}}}:tenants"), static length => length == 0);
        await queues.DrainedAsync(Queues.Enterprise);
    }

    [Fact]
    public async Task Node_Stops_AnotherOneGoesOn()
    {
        await using var redis = await RedisServer.StartAsync();
        var store = ActionNode.Store();
        await using var queues = await Queues.OpenAsync(redis.Address);
        await using (var first = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 4))
        {
            await first.AddAgentAsync("helper", ActionNode.Acme, delayMs: 300);
            for (var i = 0; i < 30; i++)
            {
                await queues.SendAsync(Queues.Enterprise, Queues.Run($"task-{i}"));
            }

            await queues.AnswersAsync(1);
        }

        Assert.Equal(0, await queues.Database.ListLengthAsync(Processing));
        await using var second = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 4);
        await queues.AnswersAsync(29);
        Assert.Equal(30, (await second.ExecutionsAsync(ActionNode.Acme)).Count);
    }

    [Fact]
    public async Task Redis_KilledAndStartedTwice_EachActionIsAnsweredAndNoneIsDoneTwice()
    {
        const int Actions = 200;
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        var store = ActionNode.Store();
        await using var first = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 20);
        await using var second = await ActionNode.StartAsync(ActionNode.Options(redis.Address), store, slots: 20);
        await using var queues = await Queues.OpenAsync(redis.Address);
        await first.AddAgentAsync("helper", ActionNode.Acme, delayMs: 20);
        await first.AddAgentAsync("helper", ActionNode.Globex, delayMs: 20);
        for (var i = 0; i < Actions; i++)
        {
            await queues.SendAsync(i % 2 == 0 ? Queues.Enterprise : Queues.Professional, Queues.Run($"task-{i}", tenant: i % 2 == 0 ? "acme" : "globex"));
            if (i is 60 or 130)
            {
                await redis.KillAsync();
                await redis.StartAgainAsync();
            }
        }

        var answers = await queues.AnswersAsync(Actions);

        Assert.All(answers.Values, static answer => Assert.True(answer.GetProperty("success").GetBoolean(), answer.GetRawText()));
        await queues.DrainedAsync(Queues.Enterprise);
        await queues.DrainedAsync(Queues.Professional);
        Assert.Equal((Actions / 2, Actions / 2), ((await first.ExecutionsAsync(ActionNode.Acme)).Count, (await first.ExecutionsAsync(ActionNode.Globex)).Count));
    }

    /// <summary>A message of one conversation.</summary>
    private static JsonObject Said(int number)
    {
        var action = Queues.Run($"task-{number}", session: "talk");
        action["payload"]!["query"] = number.ToString(CultureInfo.InvariantCulture);
        return action;
    }

    /// <summary>What was said in the conversation, in its order.</summary>
    private static async Task<IEnumerable<string?>> SaidAsync(ActionNode node)
    {
        var state = await node.Engine.For(ActionNode.Acme).GetStateAsync("talk", position: null, Token);
        return state!.Messages.Where(static message => message.Role == "user").Select(static message => JsonSerializer.SerializeToElement(message.Content).ToString());
    }
}
