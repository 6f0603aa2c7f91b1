using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance.Clusters;

/// <summary>A client of many nodes that tries another one when one does not answer, and remembers what was accepted.</summary>
internal sealed class ClusterClient(Nodes nodes, CancellationToken cancellationToken)
{
    private const string Agent = "stamper";

    /// <summary>Four steps: the model, a call, the model, a call, the model; or the call that kills.</summary>
    public static async Task MakeAgentAsync(HttpClient client, string service)
    {
        object Tool(string name, string path, object parameters, object json) => new
        {
            name,
            type = "http",
            description = "Stamps.",
            parameters,
            side_effects = "idempotent",
            config = new { method = "POST", url = $"{service}/{path}", headers = new Dictionary<string, string> { ["X-Node"] = "secret://node-name" }, json },
            limits = new { timeout_ms = 60_000 },
        };

        var response = await client.PostAsJsonAsync("/api/v1/agents", new
        {
            name = Agent,
            tool_definitions = new[]
            {
                Tool("work", "work", new { type = "object", properties = new { step = new { type = "integer" } }, required = new[] { "step" } }, new { step = "{step}" }),
                Tool("poison", "poison", new { type = "object" }, new { }),
            },
            nodes = new[]
            {
                new
                {
                    name = "main",
                    type = "agent",
                    tools = new[] { "work", "poison" },
                    on_error = new { max_attempts = 20, backoff_ms = 50 },
                    model = new
                    {
                        provider = "scripted",
                        model_name = "stamper",
                        options = new
                        {
                            rules = new object[]
                            {
                                new { when = new { contains = "poison" }, tool_calls = new[] { new { name = "poison", arguments = new { step = 0 } } } },
                                new { when = new { turn = 0 }, tool_calls = new[] { new { name = "work", arguments = new { step = 1 } } } },
                                new { when = new { turn = 1 }, tool_calls = new[] { new { name = "work", arguments = new { step = 2 } } } },
                                new { answer = "done" },
                            },
                        },
                    },
                },
            },
        });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Submits until a node has accepted, or this one.</summary>
    public async Task<string> SubmitAsync(string input, Nodes.Node? node = null)
    {
        var key = Guid.NewGuid().ToString();
        var accepted = await AskAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/executions") { Content = JsonContent.Create(new { agent = Agent, input }) };
                request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            node);
        return accepted.GetProperty("execution_id").GetString()!;
    }

    public async Task<List<string>> SubmitManyAsync(int lane, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await SubmitAsync($"go {lane}/{i}"));
        }

        return ids;
    }

    /// <summary>The executions when all have ended, or as they are after that time.</summary>
    public async Task<IReadOnlyList<JsonElement>> WaitAsync(IEnumerable<string> ids, TimeSpan? bound = null)
    {
        var ended = new ConcurrentBag<JsonElement>();
        var since = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (id, stop) =>
        {
            while (true)
            {
                var execution = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}"));
                if (execution.GetProperty("status").GetString() is not ("pending" or "running") || TimeProvider.System.GetElapsedTime(since) > bound)
                {
                    ended.Add(execution);
                    return;
                }

                await Task.Delay(200, stop);
            }
        });
        return [.. ended];
    }

    public async Task<List<JsonElement>> HistoryAsync(string thread) =>
        [.. (await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/api/v1/threads/{thread}/history?limit=500"))).GetProperty("entries").EnumerateArray()];

    private async Task<JsonElement> AskAsync(Func<HttpRequestMessage> make, Nodes.Node? node = null)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var request = make();
                using var response = await (node ?? nodes.Any()).Client.SendAsync(request, cancellationToken);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return JsonElement.Parse(text);
                }

                Assert.True((int)response.StatusCode is 429 or >= 500, text);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // That node is not there just now.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Its client was given up with it.
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
