using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using StackExchange.Redis;

namespace Actant.DomainActions.Tests;

/// <summary>Another service: it knows the queues and the messages, and nothing of Actant.</summary>
internal sealed class Queues : IAsyncDisposable
{
    public const string Enterprise = "execution_service:enterprise:default";
    public const string Professional = "execution_service:professional:default";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ConnectionMultiplexer _client;

    private Queues(ConnectionMultiplexer client) => _client = client;

    public IDatabase Database => _client.GetDatabase();

    public static async Task<Queues> OpenAsync(string redis)
    {
        var options = ConfigurationOptions.Parse(redis);
        options.AbortOnConnectFail = false;
        options.AsyncTimeout = (int)s_patience.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        return new Queues(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>A message of the documents.</summary>
    public static JsonObject Sample(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", $"{name}.json")))!.AsObject();

    /// <summary>An action that runs an agent.</summary>
    public static JsonObject Run(string task, string? agent = "helper", string? session = null, string tenant = "acme", string? answerTo = "answers")
    {
        var action = Sample("agent_run");
        (action["task_id"], action["tenant_id"], action["correlation_id"], action["callback_queue_name"]) = (task, tenant, $"of {task}", answerTo);
        action["payload"]!["agent_id"] = agent;
        action["payload"]!["session_id"] = session ?? task;
        return action;
    }

    public Task SendAsync(string queue, JsonNode action) => SendAsync(queue, (RedisValue)action.ToJsonString());

    /// <summary>Sends until it is stored, as a client does that must lose nothing: one thing may be sent twice.</summary>
    public async Task SendAsync(string queue, RedisValue message)
    {
        for (var started = Stopwatch.StartNew(); ;)
        {
            try
            {
                await Database.ListRightPushAsync(queue, message);
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException && started.Elapsed < s_patience)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>What comes next.</summary>
    public async Task<JsonElement> NextAsync(string queue = "answers") =>
        JsonElement.Parse((await WhenAsync(async () => await Database.ListLeftPopAsync(queue), static value => !value.IsNull)).ToString());

    /// <summary>So many answers, by their task.</summary>
    public async Task<Dictionary<string, JsonElement>> AnswersAsync(int count, string queue = "answers")
    {
        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        while (answers.Count < count)
        {
            var answer = await NextAsync(queue);
            answers[answer.GetProperty("task_id").GetString()!] = answer;
        }

        return answers;
    }

    /// <summary>Nothing waits any more, and nothing is under way.</summary>
    public async Task DrainedAsync(string queue)
    {
        await LengthAsync(queue, static length => length == 0);
        await LengthAsync($"actant:{{{queue}}}:processing", static length => length == 0);
    }

    /// <summary>Waits for a length of a list.</summary>
    public Task<long> LengthAsync(string list, Func<long, bool> until) => WhenAsync(() => Database.ListLengthAsync(list), until);

    /// <summary>What was given up of a queue, and why.</summary>
    public async Task<List<(RedisValue Body, JsonElement Reason)>> DeadAsync(string queue, int count)
    {
        await LengthAsync($"actant:{{{queue}}}:dead", length => length >= count);
        var dead = new List<(RedisValue, JsonElement)>();
        foreach (var body in await Database.ListRangeAsync($"actant:{{{queue}}}:dead"))
        {
            var hash = Convert.ToHexStringLower(Sha1((byte[])body!));
            dead.Add((body, JsonElement.Parse((await Database.HashGetAsync($"actant:{{{queue}}}:dead:reasons", hash)).ToString())));
        }

        return dead;
    }

    public async ValueTask DisposeAsync() => await _client.DisposeAsync();

    /// <summary>Looks until something is so, for a minute.</summary>
    public static async Task<T> WhenAsync<T>(Func<Task<T>> look, Func<T, bool> isSo)
    {
        for (var started = Stopwatch.StartNew(); ;)
        {
            T? seen = default;
            try
            {
                seen = await look();
                if (isSo(seen))
                {
                    return seen;
                }
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException && started.Elapsed < s_patience)
            {
                // The server is away.
            }

            Assert.True(started.Elapsed < s_patience, $"It did not come to it; last seen: {seen}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

#pragma warning disable CA5350 // What the scripts of Redis can compute.
    public static byte[] Sha1(byte[] body) => System.Security.Cryptography.SHA1.HashData(body);
#pragma warning restore CA5350
}
