using System.Text.Json;
using System.Threading.Channels;
using StackExchange.Redis;

namespace Actant.Redis.Tests;

/// <summary>Hears a channel.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _client;
    private readonly Channel<JsonElement> _heard = Channel.CreateUnbounded<JsonElement>();

    private Subscriber(ConnectionMultiplexer client) => _client = client;

    public static async Task<Subscriber> StartAsync(string redis, string channel)
    {
        var subscriber = new Subscriber(await ConnectionMultiplexer.ConnectAsync(redis));
        await subscriber._client.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, body) => subscriber._heard.Writer.TryWrite(JsonElement.Parse(body.ToString())));
        return subscriber;
    }

    /// <summary>The next message.</summary>
    public async Task<JsonElement> NextAsync() =>
        await _heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>All up to the next end.</summary>
    public async Task<List<JsonElement>> UntilEndAsync()
    {
        var all = new List<JsonElement>();
        do
        {
            all.Add(await NextAsync());
        }
        while (all[^1].GetProperty("event_type").GetString() != "end");
        return all;
    }

    public async ValueTask DisposeAsync() => await _client.DisposeAsync();
}
