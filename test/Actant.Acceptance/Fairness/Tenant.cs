using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance.Fairness;

/// <summary>A tenant as a client with its own key sees it.</summary>
internal sealed class Tenant(HttpClient[] nodes, string key)
{
    private const int Lanes = 16;
    private const int PageSize = 1000;

    private int _next;

    /// <summary>An execution as the API tells of it.</summary>
    public sealed record Execution(string Id, int Priority, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt);

    /// <summary>Submits so many, to all nodes in turn; gives their ids.</summary>
    public async Task<IReadOnlyList<string>> SubmitAsync(int count, int priority = 4, int delayMs = 150)
    {
        var definition = new { name = "waiter", model = new { provider = "scripted", model_name = "waiter", options = new { @default = "done", delay_ms = delayMs } } };
        var ids = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (i, _) =>
            ids[i] = (await AskAsync(HttpMethod.Post, "/api/v1/executions", new { definition, input = "go", priority })).GetProperty("execution_id").GetString()!);
        return ids;
    }

    /// <summary>All executions of the tenant, newest first.</summary>
    public async Task<IReadOnlyList<Execution>> ListAsync()
    {
        var all = new List<Execution>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await AskAsync(HttpMethod.Get, $"/api/v1/executions?limit={PageSize}{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}");
            all.AddRange(page.GetProperty("executions").EnumerateArray().Select(Read));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }

        return all;
    }

    /// <summary>These executions, once they have all started.</summary>
    public async Task<IReadOnlyList<Execution>> StartedAsync(IReadOnlyList<string> ids, CancellationToken late)
    {
        var started = new List<Execution>();
        foreach (var id in ids)
        {
            Execution now;
            while ((now = Read(await AskAsync(HttpMethod.Get, $"/api/v1/executions/{id}"))).StartedAt is null)
            {
                await Task.Delay(50, late);
            }

            started.Add(now);
        }

        return started;
    }

    /// <summary>Waits until one has started after a moment.</summary>
    public async Task StartedAfterAsync(DateTimeOffset moment, CancellationToken late)
    {
        while (!(await AskAsync(HttpMethod.Get, "/api/v1/executions?status=running&limit=20")).GetProperty("executions").EnumerateArray().Any(one => Read(one).StartedAt > moment))
        {
            await Task.Delay(500, late);
        }
    }

    /// <summary>Waits until none is pending or runs.</summary>
    public async Task EndedAsync(CancellationToken late)
    {
        foreach (var status in new[] { "pending", "running" })
        {
            while ((await AskAsync(HttpMethod.Get, $"/api/v1/executions?status={status}&limit=1")).GetProperty("executions").GetArrayLength() > 0)
            {
                await Task.Delay(200, late);
            }
        }
    }

    /// <summary>Runs one to its end, without a wait in it.</summary>
    public Task ExecuteAsync() => AskAsync(HttpMethod.Post, "/api/v1/agents/math-assistant/execute", new { input = "What is 1 + 1?" });

    private static Execution Read(JsonElement execution) => new(
        execution.GetProperty("execution_id").GetString()!,
        execution.GetProperty("priority").GetInt32(),
        Time(execution, "created_at")!.Value,
        Time(execution, "started_at"));

    private static DateTimeOffset? Time(JsonElement execution, string name) =>
        execution.TryGetProperty(name, out var time) && time.ValueKind == JsonValueKind.String ? DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture) : null;

    private async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var node = nodes[(uint)Interlocked.Increment(ref _next) % nodes.Length];
        using var response = await node.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
