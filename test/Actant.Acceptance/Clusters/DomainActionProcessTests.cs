using System.Text.Json;
using Actant.DomainActions.Tests;
using Actant.Testing;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>Nodes that take actions from the queues of a Redis, killed as they work, and Redis too.</summary>
[Trait("Row", "I5")]
[Trait("Row", "F3")]
public sealed class DomainActionProcessTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const int Actions = 400;

    private static readonly string[] s_tiers = ["free", "advance", "professional", "enterprise"];

    [Fact]
    public async Task Actions_NodesAndRedisAreKilled_EachIsAnsweredAndNoneIsDoneTwice()
    {
        using var folder = new TemporaryFolder();
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        (string Name, string Value)[] tenants = [.. s_tiers.SelectMany(static tier => new[] { ($"ACTANT__TIERS__{tier}__WEIGHT", "1"), ($"ACTANT__TENANTS__of-{tier}__TIER", tier) })];
        await using var nodes = await Nodes.StartAsync(
            3,
            database.ConnectionString,
            folder.Path,
            [
                ("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", $"{redis.Port}"), ("ACTANT__DOMAINACTIONS__ENABLED", "true"), ("ACTANT__DOMAINACTIONS__LEASESECONDS", "2"),
                ("ACTANT__SESSIONSECONDS", "3"), .. tenants,
            ]);
        await using var queues = await Queues.OpenAsync(redis.Address);
        var killed = Task.CompletedTask;
        for (var i = 0; i < Actions; i++)
        {
            var tier = s_tiers[i % s_tiers.Length];
            var action = Queues.Run($"task-{i}", agent: null, session: $"talk-{i % 40}", tenant: $"of-{tier}");
            action["payload"]!["agent_config"] = System.Text.Json.Nodes.JsonNode.Parse(
                """{"nodes": [{"type": "orchestrator", "name": "main", "model": {"options": {"default": "hello", "delay_ms": 50}, "provider": "scripted", "model_name": "m"}}]}""");
            await queues.SendAsync($"execution_service:{tier}:default", action);
            if (i % 100 == 30)
            {
                await killed;
                killed = nodes[i / 100 % 3].RestartAsync();
            }

            if (i == 250)
            {
                await redis.KillAsync();
                await redis.StartAgainAsync();
            }
        }

        await killed;
        var answers = await queues.AnswersAsync(Actions);

        Assert.All(answers.Values, static answer => Assert.Equal("completed", answer.GetProperty("payload").GetProperty("status").GetString()));
        foreach (var tier in s_tiers)
        {
            await queues.DrainedAsync($"execution_service:{tier}:default");
        }

        // Each is one execution, whoever it was that took the action.
        Assert.Equal(Actions, answers.Values.Select(static answer => answer.GetProperty("payload").GetProperty("execution_id").GetString()).Distinct(StringComparer.Ordinal).Count());
        var counted = 0L;
        foreach (var tier in s_tiers)
        {
            counted += (long)await queues.Database.HashGetAsync($"execution_metrics:of-{tier}", "total_executions");
        }

        Assert.InRange(counted, Actions, Actions * 2);
        var metrics = await nodes[0].Client.GetStringAsync("/metrics");
        Assert.Contains("actant_domain_queue_length{", metrics, StringComparison.Ordinal);
        var ready = JsonElement.Parse(await nodes[0].Client.GetStringAsync("/ready"));
        Assert.Equal("ok", ready.GetProperty("checks").GetProperty("redis_queues").GetString());
    }
}
