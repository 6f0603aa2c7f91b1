using System.Runtime.CompilerServices;
using Actant.Storage;

namespace Actant.Journaling;

/// <summary>Folds a thread's journal out of a store.</summary>
/// <remarks>
/// A <see cref="Rewound"/> makes history a tree while the journal stays a line: what counts for position <c>p</c> is the line
/// back from <c>p</c>, jumping at each rewind to its target. Those stretches are folded in order, each entry once, from a snapshot
/// where one lies on them. What lies on no stretch need not be readable.
/// </remarks>
internal sealed class ThreadLoader(IActantStore store)
{
    private const int Batch = 500;

    // Of blobs, beside the entries that name them: a batch of large ones must not be in memory at once.
    private const long BatchBytes = 16 * 1024 * 1024;

    /// <summary>The state at a position, or at the end of the journal.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="position">The position; <c>null</c> for the end.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="fromSnapshot">Whether a snapshot may be trusted.</param>
    /// <exception cref="NewerFormatException">An entry that counts is of a newer format.</exception>
    /// <exception cref="JournalUnreadableException">An entry that counts cannot be read.</exception>
    public async ValueTask<JournalState> LoadAsync(ThreadKey thread, long? position, CancellationToken cancellationToken, bool fromSnapshot = true)
    {
        var target = position ?? long.MaxValue;
        var state = fromSnapshot ? await SnapshotAsync(thread, target, cancellationToken) : null;
        return await AdvanceAsync(thread, state ?? new JournalState(), target, cancellationToken, fromSnapshot);
    }

    /// <summary>The state at a position, or at the end of the journal; <c>null</c> where it cannot be folded here.</summary>
    public async ValueTask<JournalState?> TryLoadAsync(ThreadKey thread, long? position, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadAsync(thread, position, cancellationToken);
        }
        catch (Exception exception) when (exception is JournalUnreadableException or NewerFormatException)
        {
            return null;
        }
    }

    /// <summary>Folds on from a state to a position, or to the end of the journal. The state may be changed; the result counts.</summary>
    public async ValueTask<JournalState> AdvanceAsync(
        ThreadKey thread, JournalState state, long target, CancellationToken cancellationToken, bool fromSnapshot = true)
    {
        var begun = state.Position;
        while (state.Position < target)
        {
            var entries = await ReadAsync(thread, state.Position + 1, target, cancellationToken);
            if (entries.Count == 0)
            {
                break;
            }

            foreach (var entry in entries)
            {
                if (begun > 0 && entry.Payload is Erased { Positions: not null })
                {
                    // What the state began from still has what was erased.
                    return await AdvanceAsync(thread, new JournalState(), target, cancellationToken, fromSnapshot);
                }

                Exception? unreadable = null;
                if (entry.Payload is not Rewound)
                {
                    try
                    {
                        state.Fold(entry);
                        continue;
                    }
                    catch (Exception exception) when (exception is JournalUnreadableException or NewerFormatException)
                    {
                        unreadable = exception;
                    }
                }

                // Folding at each rewind would cost as often as there are rewinds.
                var (rewinds, last) = await FindRewindsAsync(thread, entry.Position, target, state.Rewinds, cancellationToken);
                return unreadable is null || rewinds.Count > state.Rewinds.Count
                    ? await FoldLineAsync(thread, Math.Min(target, last), rewinds, fromSnapshot, cancellationToken)
                    : throw unreadable;
            }
        }

        return state;
    }

    /// <summary>Whether a state that was kept in memory is one of this very thread: there may be another one of its name by now.</summary>
    public async ValueTask<bool> IsOfAsync(ThreadKey thread, JournalState state, CancellationToken cancellationToken)
    {
        var stored = await store.For(thread.Tenant).ReadAsync(thread.Thread, state.Position, 1, cancellationToken);
        return stored is [var last] && last.Id == state.LastEntry;
    }

    /// <summary>Entries from a position on, decoded, with their blobs. At most 500, and fewer where they are large; none only past the end.</summary>
    public async ValueTask<IReadOnlyList<Entry>> ReadAsync(ThreadKey thread, long from, long to, CancellationToken cancellationToken)
    {
        var tenant = store.For(thread.Tenant);
        var stored = await tenant.ReadAsync(thread.Thread, from, (int)Math.Min(Batch, to - from + 1), cancellationToken);
        var entries = new List<Entry>(stored.Count);
        var bytes = 0L;
        foreach (var item in stored)
        {
            if (EntryCodec.BlobOf(item) is not { } hash)
            {
                entries.Add(EntryCodec.Decode(item));
                continue;
            }

            var blob = BlobHash.IsHash(hash.Value) ? await tenant.ReadBlobAsync(thread.Thread, hash, cancellationToken) : null;
            entries.Add(blob is null ? EntryCodec.Unreadable(item, $"it names the blob {Shorten(hash)}, which is not stored.") : EntryCodec.Decode(item, blob));
            bytes += blob?.Length ?? 0;
            LargeValues.Made(blob?.Length ?? 0);
            if (bytes > BatchBytes)
            {
                break;
            }
        }

        return entries;
    }

    /// <summary>All entries from a position to another, or to the last one, page by page.</summary>
    public async IAsyncEnumerable<Entry> ReadAllAsync(ThreadKey thread, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (from <= to)
        {
            var entries = await ReadAsync(thread, from, to, cancellationToken);
            if (entries.Count == 0)
            {
                yield break;
            }

            foreach (var entry in entries)
            {
                yield return entry;
            }

            from = entries[^1].Position + 1;
        }
    }

    private static string Shorten(BlobHash hash) => hash.Value.Length <= 64 ? hash.Value : $"{hash.Value[..64]}…";

    private async ValueTask<JournalState?> SnapshotAsync(ThreadKey thread, long target, CancellationToken cancellationToken)
    {
        var state = ThreadSnapshots.TryRead(await store.ReadSnapshotAsync(thread, target, cancellationToken));
        return state is not null && await IsOfAsync(thread, state, cancellationToken) ? state : null;
    }

    /// <summary>The rewinds up to a position, where those before another one are known; and the last position up to there.</summary>
    private async ValueTask<(List<Rewind> Rewinds, long Last)> FindRewindsAsync(
        ThreadKey thread, long from, long to, IEnumerable<Rewind> known, CancellationToken cancellationToken)
    {
        var (rewinds, last) = (new List<Rewind>(known), from - 1);
        while (last < to)
        {
            var stored = await store.For(thread.Tenant).ReadAsync(thread.Thread, last + 1, (int)Math.Min(Batch, to - last), cancellationToken);
            foreach (var item in stored)
            {
                if (EntryCodec.KindOf(item) == "rewound" && EntryCodec.Decode(item) is { Payload: Rewound rewound } && rewound.To >= 0 && rewound.To < item.Position)
                {
                    rewinds.Add(new Rewind(item.Position, rewound.To));
                }

                last = item.Position;
            }

            if (stored.Count == 0)
            {
                break;
            }
        }

        return (rewinds, last);
    }

    /// <summary>Folds the line back from a position.</summary>
    private async ValueTask<JournalState> FoldLineAsync(
        ThreadKey thread, long position, List<Rewind> rewinds, bool fromSnapshot, CancellationToken cancellationToken)
    {
        var stretches = Stretches(position, rewinds);
        var snapshot = fromSnapshot ? await SnapshotAsync(thread, position, cancellationToken) : null;
        var first = snapshot is null ? -1 : stretches.FindIndex(stretch => stretch.From <= snapshot.Position && snapshot.Position <= stretch.To);
        var state = first < 0 ? new JournalState() : snapshot!;
        foreach (var (from, to) in stretches.Skip(Math.Max(first, 0)))
        {
            for (var next = Math.Max(from, state.Position + 1); next <= to; next = state.Position + 1)
            {
                var entries = await ReadAsync(thread, next, to, cancellationToken);
                foreach (var entry in entries)
                {
                    state.Fold(entry);
                }

                if (entries.Count == 0)
                {
                    break;
                }
            }
        }

        state.Position = position;
        state.Rewinds.Clear();
        state.Rewinds.AddRange(rewinds);
        return state;
    }

    private static List<(long From, long To)> Stretches(long position, List<Rewind> rewinds)
    {
        var stretches = new List<(long, long)>();
        for (var i = rewinds.Count - 1; i >= 0; i--)
        {
            if (rewinds[i].At <= position)
            {
                stretches.Add((rewinds[i].At, position));
                position = rewinds[i].To;
            }
        }

        stretches.Add((1, position));
        stretches.Reverse();
        return stretches;
    }
}
