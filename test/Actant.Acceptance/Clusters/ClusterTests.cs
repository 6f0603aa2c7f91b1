using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// Three processes on one PostgreSQL, with everything going wrong that can. <c>ACTANT_CLUSTER_EXECUTIONS</c> says how many
/// executions; 5,000 is the long run.
/// </summary>
[Trait("Row", "X1")]
[Trait("Row", "F3")]
public sealed class ClusterTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);
    private static readonly int s_executions = int.Parse(Environment.GetEnvironmentVariable("ACTANT_CLUSTER_EXECUTIONS") ?? "1200", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Cluster_NodesAndDatabaseDieAllTheTime_EverythingEndsOnceAndRight()
    {
        using var folder = new TemporaryFolder();
        Nodes? nodes = null;
        await using var ledger = await Ledger.StartAsync(name => nodes!.Named(name).RestartAsync());
        await using var started = nodes = await Nodes.StartAsync(
            3,
            database.ConnectionString,
            folder.Path,
            ("ACTANT__POSTGRES__SCHEMA", "cluster"),
            ("ACTANT__SESSIONSECONDS", "2"),
            ("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true"),
            ("MAX_CONCURRENT_AGENTS", "50"));
        using var late = new CancellationTokenSource(s_patience);
        await ClusterClient.MakeAgentAsync(nodes[0].Client, ledger.Address);

        var client = new ClusterClient(nodes, late.Token);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(late.Token);
        var chaos = ChaosAsync(nodes, calm.Token);
        var poison = await client.SubmitAsync("poison");
        var accepted = await Task.WhenAll(Enumerable.Range(0, 16).Select(lane => client.SubmitManyAsync(lane, s_executions / 16)));
        var ids = accepted.SelectMany(static lane => lane).ToList();
        var ended = await client.WaitAsync(ids);
        var poisoned = await client.WaitAsync([poison]);
        await calm.CancelAsync();
        await chaos;

        Assert.Equal(s_executions / 16 * 16, ids.Distinct().Count());
        var failed = Assert.Single(poisoned);
        Assert.Equal(("failed", "execution_poisoned"), (failed.GetProperty("status").GetString(), failed.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(await new Oracle(client, ledger, nodes).ViolationsAsync(ended));
    }

    [Fact]
    [Trait("Row", "X6")]
    [Trait("Row", "X3")]
    public async Task Nodes_OneExecution_IsReadAndSteeredOnAnyOfThem()
    {
        using var folder = new TemporaryFolder();
        await using var nodes = await Nodes.StartAsync(3, database.ConnectionString, folder.Path, ("ACTANT__POSTGRES__SCHEMA", "calm"));
        var words = string.Join(' ', Enumerable.Range(1, 12).Select(static number => $"word{number}"));
        var id = await SubmitAsync(nodes[0], new { @default = words, token_delay_ms = 150 });

        var (seen, last) = (new StringBuilder(), "");
        await ReadAsync(nodes[1], id, null, (place, kind, data) =>
        {
            last = place;
            seen.Append(TextOf(kind, data));
            return seen.ToString().Contains("word3", StringComparison.Ordinal);
        });
        var deltas = 0;
        await ReadAsync(nodes[2], id, last, (_, kind, data) =>
        {
            deltas += TextOf(kind, data) is null ? 0 : 1;
            seen.Append(TextOf(kind, data));
            return kind == "execution_completed";
        });
        Assert.Equal(words, seen.ToString());
        Assert.True(deltas > 1, "The rest came as one: nobody published it token by token.");

        var hanging = await SubmitAsync(nodes[0], new { delay_ms = 600_000 });
        Assert.True((await nodes[1].Client.PostAsync($"/api/v1/executions/{hanging}/cancel", null)).IsSuccessStatusCode);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var ended = await new ClusterClient(nodes, late.Token).WaitAsync([hanging]);
        Assert.Equal("cancelled", Assert.Single(ended).GetProperty("status").GetString());
    }

    private static async Task<string> SubmitAsync(Nodes.Node node, object options)
    {
        var response = await node.Client.PostAsJsonAsync(
            "/api/v1/executions", new { definition = new { name = "talker", model = new { provider = "scripted", model_name = "talker", options } }, input = "go" });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("execution_id").GetString()!;
    }

    private static string? TextOf(string kind, JsonElement data) => kind == "answer_delta" ? data.GetProperty("text").GetString() : null;

    /// <summary>Reads server-sent events until told that it is enough.</summary>
    private static async Task ReadAsync(Nodes.Node node, string id, string? after, Func<string, string, JsonElement, bool> isEnough)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}/events");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var response = await node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(late.Token));
        var (place, kind) = ("", "");
        while (await lines.ReadLineAsync(late.Token) is { } line)
        {
            (place, kind) = line.StartsWith("id: ", StringComparison.Ordinal) ? (line[4..], kind)
                : line.StartsWith("event: ", StringComparison.Ordinal) ? (place, line[7..]) : (place, kind);
            if (line.StartsWith("data: ", StringComparison.Ordinal) && isEnough(place, kind, JsonElement.Parse(line[6..])))
            {
                return;
            }
        }
    }

    /// <summary>A node dies every two seconds; one is paused past its session, two lose answers, and the database is restarted, once each.</summary>
    private async Task ChaosAsync(Nodes nodes, CancellationToken calm)
    {
        for (var round = 1; !calm.IsCancellationRequested; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), calm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (calm.IsCancellationRequested)
            {
                return;
            }

            switch (round)
            {
                case 2:
                    await nodes[2].PauseAsync(static () => Task.Delay(TimeSpan.FromSeconds(4)));
                    break;
                case 3:
                    nodes[0].Link.LoseAnswers();
                    nodes[1].Link.LoseAnswers();
                    break;
                case 4:
                    await database.StopAsync();
                    await database.StartAsync();
                    break;
                default:
                    await nodes.Any().RestartAsync();
                    break;
            }
        }
    }
}
