using System.Text.Json;
using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>
/// Tells other nodes, after the commit and in a statement of its own: all wake-ups of ten milliseconds are one. They may be lost;
/// the heartbeat makes up for it.
/// </summary>
internal sealed class WakeupSender(Database database, string channel, string node) : IAsyncDisposable
{
    // A notification holds up to 8,000 bytes; a thread's name takes up to six bytes for each of its 255 characters.
    private const int MaxThreadsOfMessage = 4;
    private const int MaxThreads = 1024;

    private static readonly TimeSpan _merge = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly HashSet<Wakeup> _waiting = [];
    private Task _sending = Task.CompletedTask;

    public void Send(IEnumerable<Wakeup> wakeups)
    {
        lock (_lock)
        {
            var wasEmpty = _waiting.Count == 0;
            foreach (var wakeup in wakeups)
            {
                if (_waiting.Count < MaxThreads)
                    _waiting.Add(wakeup);
            }

            if (wasEmpty && _waiting.Count > 0)
                _sending = SendLaterAsync(_sending);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task sending;
        lock (_lock)
            sending = _sending;
        await sending;
    }

    private async Task SendLaterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await Task.Delay(_merge, database.Time);
        Wakeup[] wakeups;
        lock (_lock)
        {
            wakeups = [.. _waiting];
            _waiting.Clear();
        }

        try
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection);

            // Nothing is lost that may not be lost: no reason to wait for the disk.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('synchronous_commit', 'off', true)"));
            var notify = new NpgsqlBatchCommand("SELECT pg_notify($1, message) FROM unnest($2) AS message");
            notify.Parameters.Text(channel).Array(NpgsqlDbType.Text, Messages(wakeups));
            batch.BatchCommands.Add(notify);
            await batch.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
        {
            // A wake-up that is lost costs others time until their next heartbeat.
        }
    }

    private List<string> Messages(Wakeup[] wakeups)
    {
        var messages = new List<string>();
        var isReady = wakeups.Contains(new Wakeup(WakeupKind.WorkIsReady));
        foreach (var chunk in wakeups.Where(wakeup => wakeup.Thread is not null).Chunk(MaxThreadsOfMessage))
        {
            messages.Add(Message(isReady, chunk));
            isReady = false;
        }

        if (isReady)
            messages.Add(Message(isReady, []));
        return messages;
    }

    private string Message(bool isReady, Wakeup[] wakeups) => JsonSerializer.Serialize(
        new WakeupMessage(
            node, isReady, Names(wakeups, WakeupKind.Signalled), Names(wakeups, WakeupKind.LeaseEnded), Names(wakeups, WakeupKind.Progressed)),
        PostgresJson.Default.WakeupMessage);

    private static string[] Names(Wakeup[] wakeups, WakeupKind kind) =>
        [.. wakeups.Where(wakeup => wakeup.Kind == kind).SelectMany(wakeup => (string[])[
            wakeup.Thread!.Value.Tenant.Value, wakeup.Thread.Value.Thread, .. wakeup.Execution is { } execution ? [execution.ToString()] : (string[])[]])];
}
