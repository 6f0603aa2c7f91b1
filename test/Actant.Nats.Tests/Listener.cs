using System.Text.Json;
using System.Threading.Channels;
using NATS.Client.Core;

namespace Actant.Nats.Tests;

/// <summary>Hears what is published on subjects: it knows NATS and nothing of Actant.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(string Subject, JsonElement Body)> _heard = Channel.CreateUnbounded<(string, JsonElement)>();
    private Task _listening = Task.CompletedTask;

    private Listener(string url) => _connection = new NatsConnection(NatsOpts.Default with { Url = url });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Listener> StartAsync(string url, string subject)
    {
        var listener = new Listener(url);
        var subscription = await listener._connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);

        // From here on the server knows of it.
        await listener._connection.PingAsync(Token);
        listener._listening = Task.Run(() => listener.ListenAsync(subscription));
        return listener;
    }

    /// <summary>The next message.</summary>
    public async Task<(string Subject, JsonElement Body)> NextAsync() => await _heard.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token);

    /// <summary>All up to the next one of a kind, without their ids and subjects.</summary>
    public async Task<List<(string Subject, JsonElement Body)>> UntilAsync(string kind)
    {
        var all = new List<(string Subject, JsonElement Body)>();
        do
        {
            all.Add(await NextAsync());
        }
        while (all[^1].Body.GetProperty("event").GetString() != kind);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync(INatsSub<byte[]> subscription)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync(_stop.Token))
        {
            _heard.Writer.TryWrite((message.Subject, JsonElement.Parse(message.Data)));
        }
    }
}
