using System.Runtime.CompilerServices;
using Actant.Storage;

namespace Actant.Journaling;

/// <summary>Folds a thread's journal out of a store.</summary>
/// <remarks>
/// A <see cref="Rewound"/> makes history a tree while the journal stays a line: what counts for position <c>p</c> is the line
/// back from <c>p</c>, jumping at each rewind to its target. Those stretches are folded in order.
/// </remarks>
internal sealed class ThreadLoader(IActantStore store)
{
    private const int Batch = 500;

    /// <summary>The state at a position, or at the end of the journal.</summary>
    public async ValueTask<JournalState> LoadAsync(ThreadKey thread, long? position, CancellationToken cancellationToken)
    {
        var target = position ?? long.MaxValue;
        var snapshot = await store.ReadSnapshotAsync(thread, target, cancellationToken);
        var state = snapshot is { FoldVersion: JournalState.FoldVersion } ? ThreadSnapshots.Read(snapshot.Content.Span) : null;
        if (state is not null && !await IsOfAsync(thread, state, cancellationToken))
        {
            state = null;
        }

        state ??= new JournalState();
        state.Snapshot = state.Position;
        return await AdvanceAsync(thread, state, target, cancellationToken);
    }

    /// <summary>Folds on from a state to a position, or to the end of the journal. The state may be changed; the result counts.</summary>
    public async ValueTask<JournalState> AdvanceAsync(ThreadKey thread, JournalState state, long target, CancellationToken cancellationToken)
    {
        while (state.Position < target)
        {
            var entries = await ReadAsync(thread, state.Position + 1, target, cancellationToken);
            if (entries.Count == 0)
            {
                break;
            }

            foreach (var entry in entries)
            {
                if (entry.Payload is Rewound rewound)
                {
                    var (rewinds, known) = (state.Rewinds, state.Snapshot);
                    state = await FoldAtAsync(thread, rewound.To, rewinds, cancellationToken);
                    state.Snapshot = known;
                    state.Rewinds.Clear();
                    state.Rewinds.AddRange([.. rewinds, new Rewind(entry.Position, rewound.To)]);
                }

                state.Apply(entry);
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

    /// <summary>Entries from a position on, decoded, with their blobs. At most 500.</summary>
    public async ValueTask<IReadOnlyList<Entry>> ReadAsync(ThreadKey thread, long from, long to, CancellationToken cancellationToken)
    {
        var tenant = store.For(thread.Tenant);
        var stored = await tenant.ReadAsync(thread.Thread, from, (int)Math.Min(Batch, to - from + 1), cancellationToken);
        var entries = new List<Entry>(stored.Count);
        foreach (var item in stored)
        {
            entries.Add(await DecodeAsync(tenant, thread.Thread, item, cancellationToken));
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

    private static async ValueTask<Entry> DecodeAsync(ITenantStore tenant, string thread, StoredEntry stored, CancellationToken cancellationToken)
    {
        if (!EntryCodec.MayHaveBlob(stored) || EntryCodec.BlobOf(stored) is not { } hash)
        {
            return EntryCodec.Decode(stored);
        }

        var blob = await tenant.ReadBlobAsync(thread, hash, cancellationToken)
            ?? throw new InvalidDataException($"Entry {stored.Position} of thread `{thread}` names the blob {hash}, which is not stored.");
        return EntryCodec.Decode(stored, blob);
    }

    private async ValueTask<JournalState> FoldAtAsync(ThreadKey thread, long position, List<Rewind> rewinds, CancellationToken cancellationToken)
    {
        var state = new JournalState();
        foreach (var (from, to) in Stretches(position, rewinds))
        {
            for (var next = from; next <= to; next = state.Position + 1)
            {
                var entries = await ReadAsync(thread, next, to, cancellationToken);
                foreach (var entry in entries)
                {
                    state.Apply(entry);
                }

                if (entries.Count == 0)
                {
                    return state;
                }
            }
        }

        state.Position = position;
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
