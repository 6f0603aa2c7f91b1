using Actant.Journaling;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Loops;

/// <summary>Makes entries and hands them to the store under one lease. Used by one loop.</summary>
internal sealed class JournalWriter(LoopServices services, TakenThread lease)
{
    /// <summary>4 MiB: what goes into one append, with the blobs that it names.</summary>
    public const int PartBytes = 4 * 1024 * 1024;

    // Of what was decided before an end so much is stored with it, whatever the tenant stores: an answer is paid for, and a result may be known nowhere else.
    private const int MostBesideEnd = 1024 * 1024;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly StorageAccount _storage = services.Storage.Of(lease.Thread.Tenant);
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

    /// <summary>The position of the next entry.</summary>
    public long Next => _next;

    /// <summary>
    /// Appends, in several parts where one would be larger than a store takes: in order, each stored before the next is sent. While
    /// the store does not answer, the very same append is repeated within the patience.
    /// </summary>
    /// <param name="entries">What is appended.</param>
    /// <param name="complete">Says what comes with a part, and whether it is the last.</param>
    /// <param name="stored">Told of each part but the last.</param>
    /// <param name="cancellationToken">The lease is lost.</param>
    /// <returns>The answer to the last part that was sent.</returns>
    /// <exception cref="StoreUnavailableException">It did not answer in time: whether it is stored is unknown.</exception>
    /// <exception cref="EntryTooLargeException">An entry cannot be stored; those before it are.</exception>
    /// <exception cref="TenantFullException">The tenant may not store what follows; what came before is stored.</exception>
    public async Task<AppendResult> AppendAsync(
        IReadOnlyList<Entry> entries, Func<AppendRequest, IReadOnlyList<Entry>, bool, AppendRequest> complete, Action<IReadOnlyList<Entry>>? stored, CancellationToken cancellationToken)
    {
        for (var first = 0; ;)
        {
            var started = services.Time.GetTimestamp();
            var (encoded, blobs, bytes) = EncodePart(entries, first, PartBytes);
            if ((first > 0 || bytes > MostBesideEnd) && await _storage.FindOverAsync(cancellationToken) is { } full)
            {
                (encoded, blobs, bytes) = first > 0 ? throw new TenantFullException(full) : EncodePart(entries, first, MostBesideEnd);
                if (bytes > MostBesideEnd)
                {
                    throw new TenantFullException(full);
                }
            }

            foreach (var blob in blobs ?? [])
            {
                await RepeatAsync(async () =>
                {
                    await services.Store.WriteBlobAsync(lease.Thread, blob.Hash, blob.Content, cancellationToken);
                    return true;
                }, started, cancellationToken);
            }

            var isLast = first + encoded.Length == entries.Count;
            var part = encoded.Length == entries.Count ? entries : [.. entries.Skip(first).Take(encoded.Length)];
            var request = complete(
                new AppendRequest
                {
                    Thread = lease.Thread,
                    Epoch = lease.Epoch,
                    Position = part.Count > 0 ? part[0].Position : _next,
                    Entries = encoded,
                    SeenSignal = 0,
                    Format = EntryCodec.Format,
                },
                part,
                isLast);
            var result = await StoreAsync(request, started, cancellationToken);
            _storage.Add(bytes);
            if (isLast || result.LeaseIsGone || result.Outcome is not (AppendOutcome.Stored or AppendOutcome.Replayed))
            {
                return result;
            }

            stored?.Invoke(part);
            first += encoded.Length;
        }
    }

    /// <summary>Once, as it nearly always goes; only what the store did not take is repeated.</summary>
    private async ValueTask<AppendResult> StoreAsync(AppendRequest request, long started, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Store.AppendAsync(request, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (services.Time.GetElapsedTime(started) < services.Options.StorePatience)
        {
            services.Meter.StoreFailed(exception);
        }

        return await StoreAgainAsync(request, started, cancellationToken);
    }

    private async Task<AppendResult> StoreAgainAsync(AppendRequest request, long started, CancellationToken cancellationToken)
    {
        await Task.Delay(s_firstPause, services.Time, cancellationToken);
        return await RepeatAsync(() => services.Store.AppendAsync(request, cancellationToken), started, cancellationToken);
    }

    /// <summary>As many entries as go into one append.</summary>
    private static (EncodedEntry[] Entries, List<Blob>? Blobs, long Bytes) EncodePart(IReadOnlyList<Entry> entries, int first, int most)
    {
        var encoded = new EncodedEntry[Math.Min(entries.Count - first, StorageLimits.MaxItems)];
        List<Blob>? blobs = null;
        var bytes = 0L;
        for (var i = 0; i < encoded.Length; i++)
        {
            var item = EntryCodec.Encode(entries[first + i]);
            var size = item.Entry.Body.Length + (item.Blob?.Content.Length ?? 0);
            var isTooLarge = item.Blob is { } large && large.Content.Length > StorageLimits.MaxContentBytes;
            if (i > 0 && (bytes + size > most || isTooLarge))
            {
                return (encoded[..i], blobs, bytes);
            }

            if (isTooLarge)
            {
                throw new EntryTooLargeException(entries[first], item.Blob!.Content.Length);
            }

            bytes += size;
            encoded[i] = item.Entry;
            if (item.Blob is { } blob)
            {
                (blobs ??= []).Add(blob);
            }
        }

        return (encoded, blobs, bytes);
    }

    private async Task<T> RepeatAsync<T>(Func<ValueTask<T>> call, long started, CancellationToken cancellationToken)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
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
