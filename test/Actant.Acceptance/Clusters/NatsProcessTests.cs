using System.Text.Json;
using Actant.Nats.Tests;
using Actant.Testing;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>Nodes that take jobs from NATS, killed as they work, and the broker too.</summary>
[Trait("Row", "I3")]
[Trait("Row", "F3")]
[Trait("Row", "O8")]
public sealed class NatsProcessTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const int Jobs = 300;

    [Fact]
    public async Task Jobs_NodesAndBrokerAreKilled_EachHasOneResult()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await NatsServer.StartAsync();
        await using var nodes = await Nodes.StartAsync(3, database.ConnectionString, folder.Path, ("NATS_URL", broker.Url), ("ACTANT__NATS__ACKWAITSECONDS", "2"), ("ACTANT__SESSIONSECONDS", "3"));
        await using var sender = new Sender(broker.Url);
        var killed = Task.CompletedTask;
        for (var i = 0; i < Jobs; i++)
        {
            await sender.SendWhenThereAsync(Sender.Event($"job-{i}", Sender.Definition(delayMs: 50)).ToJsonString(), id: $"job-{i}");
            if (i is 60 or 180)
            {
                await killed;
                killed = nodes[i / 100].RestartAsync();
            }

            if (i is 120 or 240)
            {
                await broker.KillAsync();
                await broker.StartAgainAsync();
            }
        }

        await killed;
        var results = await sender.ResultsAsync(Jobs);

        Assert.Equal(Enumerable.Range(0, Jobs).Select(static i => $"job-{i}").Order(StringComparer.Ordinal), results.Keys.Order(StringComparer.Ordinal));
        Assert.All(results.Values, static result => Assert.Equal("completed", result.GetProperty("data").GetProperty("status").GetString()));
        await sender.ConsumerAsync(static info => info is { NumAckPending: 0, NumPending: 0 });

        // Each is one execution, whoever it was that took the message.
        var (count, cursor) = (0, "");
        while (cursor is not null)
        {
            var page = JsonElement.Parse(await nodes[0].Client.GetStringAsync($"/api/v1/executions?limit=1000{(cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"));
            count += page.GetProperty("executions").GetArrayLength();
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }

        Assert.Equal(Jobs, count);
        var ready = JsonElement.Parse(await nodes[0].Client.GetStringAsync("/ready"));
        Assert.Equal(("ready", "ok"), (ready.GetProperty("status").GetString(), ready.GetProperty("checks").GetProperty("nats").GetString()));
        await broker.KillAsync();
        var degraded = ready;
        while (degraded.GetProperty("status").GetString() != "degraded")
        {
            degraded = JsonElement.Parse(await nodes[0].Client.GetStringAsync("/ready"));
        }
    }
}
