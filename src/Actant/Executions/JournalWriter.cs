using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Makes entries and hands them to the store under one lease. Used by one loop.</summary>
internal sealed class JournalWriter(LoopServices services, TakenThread lease)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private long _next = lease.Taken.Position + 1;

    /// <summary>The next entry, with the time as the journal keeps it: in milliseconds. Its place is fixed now: entries are appended in the order in which they are made.</summary>
    public Entry Create(EntryPayload payload, ExecutionId? execution, string path = "", string? activation = null, int attempt = 1) => new()
    {
        Id = services.Ids.Next(),
        Position = _next++,
        Execution = execution,
        Path = path,
        Activation = activation,
        Attempt = attempt,
        At = DateTimeOffset.FromUnixTimeMilliseconds(services.Time.GetUtcNow().ToUnixTimeMilliseconds()),
        Epoch = lease.Epoch,
        Payload = payload,
    };

    /// <summary>Forgets entries that were made and not appended: the next one is made at this position.</summary>
    public void Return(long position) => _next = position;

    /// <summary>
    /// Appends. While the store does not answer, the very same append is repeated within the patience.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It did not answer in time: whether it is stored is unknown.</exception>
    public async Task<AppendResult> AppendAsync(IReadOnlyList<Entry> entries, Func<AppendRequest, AppendRequest> complete, CancellationToken cancellationToken)
    {
        var encoded = new EncodedEntry[entries.Count];
        var started = services.Time.GetTimestamp();
        for (var i = 0; i < encoded.Length; i++)
        {
            var item = EntryCodec.Encode(entries[i]);
            encoded[i] = item.Entry;
            if (item.Blob is { } blob)
            {
                await RepeatAsync(async () =>
                {
                    await services.Store.WriteBlobAsync(lease.Thread, blob.Hash, blob.Content, cancellationToken);
                    return true;
                }, started, cancellationToken);
            }
        }

        var request = complete(new AppendRequest
        {
            Thread = lease.Thread,
            Epoch = lease.Epoch,
            Position = entries.Count > 0 ? entries[0].Position : _next,
            Entries = encoded,
            SeenSignal = 0,
            Format = EntryCodec.Format,
        });
        return await RepeatAsync(() => services.Store.AppendAsync(request, cancellationToken), started, cancellationToken);
    }

    private async Task<T> RepeatAsync<T>(Func<ValueTask<T>> call, long started, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException exception) when (services.Time.GetElapsedTime(started) < services.Options.StorePatience)
            {
                services.Meter.StoreFailed(exception);
                await Task.Delay(pause, services.Time, cancellationToken);
            }
        }
    }
}
