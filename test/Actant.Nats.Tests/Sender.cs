using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Actant.Nats.Tests;

/// <summary>Whoever sends jobs and takes results: it knows NATS and CloudEvents, and nothing of Actant.</summary>
internal sealed class Sender : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly NatsConnection _connection;
    private bool _isThere;

    public Sender(NatsOpts options)
    {
        _connection = new NatsConnection(options with { MaxReconnectRetry = -1, ReconnectWaitMin = TimeSpan.FromMilliseconds(100), ReconnectWaitMax = TimeSpan.FromMilliseconds(500), RequestTimeout = TimeSpan.FromSeconds(2) });
        JetStream = new NatsJSContext(_connection);
    }

    public Sender(string url)
        : this(NatsOpts.Default with { Url = url })
    {
    }

    public NatsJSContext JetStream { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string Definition(string answer = "hello", int delayMs = 0) =>
        $$"""{"nodes": [{"type": "orchestrator", "name": "main", "model": {"options": {"default": "{{answer}}", "delay_ms": {{delayMs}} }, "provider": "scripted", "model_name": "m"} }]}""";

    public static JsonObject Data(string job, string? definition = null) => new()
    {
        ["job_id"] = job,
        ["agent_definition"] = JsonNode.Parse(definition ?? Definition()),
        ["input"] = JsonNode.Parse("""{"messages": [{"role": "user", "content": "Hello!"}]}"""),
    };

    public static JsonObject Event(string job, string? definition = null) => new()
    {
        ["specversion"] = "1.0",
        ["type"] = "dev.my-platform.agent.execute",
        ["source"] = "test-client",
        ["id"] = job,
        ["datacontenttype"] = "application/json",
        ["data"] = Data(job, definition),
    };

    /// <summary>Sends until it is stored, as a client does that must lose nothing.</summary>
    public async Task SendAsync(string body, string? id = null, params (string Name, string Value)[] headers)
    {
        var sent = new NatsHeaders();
        foreach (var (name, value) in headers)
        {
            sent[name] = value;
        }

        for (var started = Stopwatch.StartNew(); ;)
        {
            try
            {
                var stored = await JetStream.PublishAsync("agent.execution.jobs", Encoding.UTF8.GetBytes(body), opts: new NatsJSPubOpts { MsgId = id }, headers: sent, cancellationToken: Token);
                Assert.Null(stored.Error);
                return;
            }
            catch (NatsException) when (started.Elapsed < s_patience)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    /// <summary>Sends once the node has made the stream.</summary>
    public async Task SendWhenThereAsync(string body, string? id = null, params (string Name, string Value)[] headers)
    {
        if (!_isThere)
        {
            await ConsumerAsync(static _ => true);
            _isThere = true;
        }

        await SendAsync(body, id, headers);
    }

    /// <summary>As many results as are expected, by job; each has been there once.</summary>
    public async Task<Dictionary<string, JsonElement>> ResultsAsync(int count)
    {
        var all = await MessagesAsync("AGENT_RESULTS", count);
        return all.ToDictionary(static message => JsonElement.Parse(message.Body).GetProperty("data").GetProperty("job_id").GetString() ?? "", static message => JsonElement.Parse(message.Body));
    }

    /// <summary>As many messages of a stream as are expected, from its beginning.</summary>
    public async Task<List<(string Subject, Dictionary<string, string> Headers, byte[] Body)>> MessagesAsync(string stream, int count)
    {
        await WaitAsync(stream, count);
        var found = new List<(string, Dictionary<string, string>, byte[])>();
        var consumer = await JetStream.CreateOrderedConsumerAsync(stream, cancellationToken: Token);
        await foreach (var message in consumer.FetchAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = count, Expires = TimeSpan.FromSeconds(5) }, cancellationToken: Token))
        {
            found.Add((message.Subject, (message.Headers ?? []).ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), message.Data ?? []));
        }

        return found;
    }

    private async Task WaitAsync(string stream, int count)
    {
        for (var started = Stopwatch.StartNew(); ; await Task.Delay(50, Token))
        {
            try
            {
                var messages = (await JetStream.GetStreamAsync(stream, cancellationToken: Token)).Info.State.Messages;
                if (messages >= count || started.Elapsed > s_patience)
                {
                    Assert.Equal(count, (int)messages);
                    return;
                }
            }
            catch (NatsException) when (started.Elapsed < s_patience)
            {
                // It is about to be made, or the server to come back.
            }
        }
    }

    public async Task<ConsumerInfo> ConsumerAsync() => (await JetStream.GetConsumerAsync("AGENT_EXECUTION", "agent-executor-workers", Token)).Info;

    /// <summary>Waits until the consumer is as expected.</summary>
    public async Task<ConsumerInfo> ConsumerAsync(Func<ConsumerInfo, bool> isReached)
    {
        for (var started = Stopwatch.StartNew(); ; await Task.Delay(20, Token))
        {
            try
            {
                if (await ConsumerAsync() is var info && isReached(info))
                {
                    return info;
                }

                Assert.True(started.Elapsed < s_patience, $"It is not reached: {info.NumPending} pending, {info.NumAckPending} held.");
            }
            catch (NatsException) when (started.Elapsed < s_patience)
            {
                // It is about to be made, or the server to come back.
            }
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
