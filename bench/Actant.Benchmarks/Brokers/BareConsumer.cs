using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Actant.Benchmarks.Brokers;

/// <summary>The least that anybody can do with a job: take it, send a result and wait until that is stored, acknowledge it; 64 at once.</summary>
internal sealed class BareConsumer : IAsyncDisposable
{
    private const int AtOnce = 64;
    private const int ResultBytes = 1024;

    private readonly NatsConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    public BareConsumer(string url, string jobs, string results)
    {
        _connection = new NatsConnection(NatsOpts.Default with { Url = url });
        _working = Task.Run(() => WorkAsync(new NatsJSContext(_connection), jobs, results));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync(NatsJSContext jetStream, string jobs, string results)
    {
        var consumer = await jetStream.GetConsumerAsync(jobs, "bare", _stop.Token);
        var body = new byte[ResultBytes];
        using var room = new SemaphoreSlim(AtOnce);
        await foreach (var message in consumer.ConsumeAsync<NatsMemoryOwner<byte>>(opts: new NatsJSConsumeOpts { MaxMsgs = 4 * AtOnce }, cancellationToken: _stop.Token))
        {
            await room.WaitAsync(_stop.Token);
            _ = Task.Run(async () =>
            {
                message.Data.Dispose();
                (await jetStream.PublishAsync($"{results}.done", body, opts: new NatsJSPubOpts { MsgId = Guid.NewGuid().ToString("D") })).EnsureSuccess();
                await message.AckAsync();
                room.Release();
            });
        }
    }
}
