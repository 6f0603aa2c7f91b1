using System.Text.Json;
using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>
/// Listens for other nodes on a connection of its own. A connection that is lost is opened again, ever more slowly; after each
/// such opening everybody is told to poll, because something may have gone unheard.
/// </summary>
internal sealed class WakeupListener(Database database, string channel, string node, WakeupBroadcast broadcast) : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;

    /// <summary>Ends when it listens for the first time.</summary>
    public Task Listening => _listening.Task;

    public void Start() => _loop = Task.Run(LoopAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var pause = _firstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.Source.OpenConnectionAsync(_stop.Token);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN \"{channel}\"", connection))
                    await listen.ExecuteNonQueryAsync(_stop.Token);
                pause = _firstPause;
                if (!_listening.TrySetResult())
                    broadcast.Publish(new Wakeup(WakeupKind.WorkIsReady));
                while (true)
                    await connection.WaitAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or ObjectDisposedException)
            {
                await Task.Delay(pause, database.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            }
        }
    }

    private void Hear(string payload)
    {
        WakeupMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(payload, PostgresJson.Default.WakeupMessage);
        }
        catch (JsonException)
        {
            // Anybody who may connect can notify.
            return;
        }

        if (message is null || message.Node == node)
            return;
        foreach (var wakeup in message.Wakeups())
            broadcast.Publish(wakeup);
    }
}
