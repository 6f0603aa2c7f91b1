using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>
/// The journal of the thread that a loop holds, and the state that it folds to. The state runs ahead of what is stored by the entries
/// that wait to be, in the order in which they will be appended. If they cannot be, the state is thrown away and folded again.
/// </summary>
internal sealed class LoopJournal(LeasedThread thread)
{
    // A little less than one append takes, so that what comes in one piece on top seldom needs a second one.
    private const int LargestUnstoredBatch = 900;
    private const int LargestUnstoredBytes = 3 * 1024 * 1024;

    private readonly JournalWriter _writer = new(thread.Services, thread.Lease);
    private readonly List<Entry> _pending = [];
    private readonly List<(ChildState Child, long Position)> _abandoned = [];
    private long _pendingBytes;
    private bool _isUnfolded;
    private bool _isKept;

    /// <summary>What the entries amount to. Nothing but the fold changes it.</summary>
    public JournalState State { get; private set; } = new();

    /// <summary>About how many bytes wait to be appended.</summary>
    public long PendingBytes => _pendingBytes;

    /// <summary>How much the state holds, as JSON, in all its scopes.</summary>
    public long StateBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var scope in State.Scopes.Values)
            {
                bytes += scope.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>The execution that is open.</summary>
    public ExecutionState? Execution => State.Execution;

    /// <summary>The last position that is stored.</summary>
    public long Stored { get; private set; }

    /// <summary>The position of the entry that is made next.</summary>
    public long Next => _writer.Next;

    /// <summary>Whether entries wait to be appended.</summary>
    public bool HasPending => _pending.Count > 0;

    /// <summary>Whether so much is decided and not stored that it is time to, whatever else would wait for a later commit.</summary>
    public bool IsFull => _pending.Count >= LargestUnstoredBatch || _pendingBytes >= LargestUnstoredBytes;

    private LoopServices Services => thread.Services;

    /// <summary>Whether an activation only waits for its unsafe calls to end.</summary>
    public bool IsClosing(string path, string activation) => Execution?.IsClosing(path, activation) == true;

    /// <summary>Folds the journal up to the entry with which the thread was taken, from a state that was kept if there is one.</summary>
    /// <param name="charge">What the state is charged with, before it is read.</param>
    public async Task FoldAsync(StateCharge charge)
    {
        var before = thread.Lease.Taken.Position - 1;
        var cached = Services.Cache.Take(thread.Key);
        if (cached is null && before > 0)
        {
            await MakeRoomAsync(charge);
        }

        State = cached is not null && cached.Position <= before && await Services.Loader.IsOfAsync(thread.Key, cached, thread.LeaseLost)
            ? await Services.Loader.AdvanceAsync(thread.Key, cached, before, thread.LeaseLost)
            : before == 0 ? new JournalState() : await Services.Loader.LoadAsync(thread.Key, before, thread.LeaseLost);
        var taken = EntryCodec.Decode(thread.Lease.Taken);
        State.Apply(taken);
        await BeganAsync();
        Stored = taken.Position;
        thread.Live.Stored([taken]);
    }

    /// <summary>Folds what is stored anew.</summary>
    public async Task FoldStoredAsync(bool fromSnapshot)
    {
        State = await Services.Loader.LoadAsync(thread.Key, Stored, thread.LeaseLost, fromSnapshot);
        await BeganAsync();
    }

    /// <summary>Makes an entry that will be appended, and applies it at once.</summary>
    public Entry Write(EntryPayload payload, string path = "", string? activation = null, int attempt = 1, ExecutionId? execution = null)
    {
        var entry = _writer.Create(payload, execution ?? State.Execution?.Id ?? thread.Record?.Id, path, activation, attempt);
        Add(entry);
        if (!_isUnfolded)
        {
            Apply(entry);
        }

        return entry;
    }

    /// <summary>Children that nobody waits for any more, each with the entry that says so; each is taken once.</summary>
    public IReadOnlyList<(ChildState Child, long Position)> TakeAbandoned()
    {
        if (_abandoned.Count == 0)
        {
            return [];
        }

        List<(ChildState, long)> abandoned = [.. _abandoned];
        _abandoned.Clear();
        return abandoned;
    }

    /// <summary>Makes the last entry of this lease, which leads back to a position. The state stays where it is: it is over.</summary>
    public void WriteRewind(long to, Principal? principal) => Add(_writer.Create(new Rewound { To = to, Principal = principal }, null));

    /// <summary>Takes all entries that wait out, to be appended.</summary>
    public List<Entry> TakePending()
    {
        List<Entry> entries = [.. _pending];
        ClearPending();
        return entries;
    }

    /// <summary>Entries that were not appended wait again.</summary>
    public void PutBack(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            Add(entry);
        }
    }

    /// <summary>Hands entries to the store.</summary>
    /// <inheritdoc cref="JournalWriter.AppendAsync" />
    public Task<AppendResult> AppendAsync(
        IReadOnlyList<Entry> entries, Func<AppendRequest, IReadOnlyList<Entry>, bool, AppendRequest> complete, Action<IReadOnlyList<Entry>>? stored) =>
        _writer.AppendAsync(entries, complete, stored, thread.LeaseLost);

    /// <summary>Everything up to a position is stored.</summary>
    public void MarkStored(long position) => Stored = position;

    /// <summary>An entry that waits, and all behind it, are taken back: the state is folded again without them.</summary>
    public async Task TakeBackAsync(long position)
    {
        List<Entry> entries = [.. _pending.TakeWhile(entry => entry.Position < position)];
        ClearPending();
        await FoldStoredAsync(fromSnapshot: true);
        foreach (var entry in entries)
        {
            Add(entry);
            Apply(entry);
        }

        // They went into the commit that is taken back.
        _abandoned.Clear();
        _writer.Return(position);
    }

    /// <summary>Forgets all entries that wait; the next one is made behind what the journal holds.</summary>
    public void ReturnTo(long stored)
    {
        ClearPending();
        _abandoned.Clear();
        Stored = stored;
        _writer.Return(stored + 1);
    }

    /// <summary>From now on there is no state: none to apply entries to, to keep, or to make a snapshot of.</summary>
    public void GiveUpState() => (State, _isUnfolded, _isKept) = (new JournalState(), true, true);

    /// <summary>Leaves the state to whoever takes the thread next, once; nothing here touches it afterwards.</summary>
    public void Keep()
    {
        if (!_isKept && _pending.Count == 0 && State.Position == Stored)
        {
            _isKept = true;
            Decided();
            Services.Cache.Put(thread.Key, State);
        }
    }

    /// <summary>It is decided what follows from the state; for those who look on.</summary>
    public void Decided() => Services.Options.Watch?.Decided(thread.Key, thread.Lease.Epoch, State);

    /// <summary>
    /// Writes a snapshot if it is time. It holds the whole conversation: their distance grows with it, so that all of them together cost
    /// no more than a few times what was said.
    /// </summary>
    public ValueTask SnapshotAsync() =>
        Math.Max(Stored - State.Snapshot, State.Replayed) >= Math.Max(Services.Options.SnapshotEntries, State.Snapshot / 4)
            && _pending.Count == 0 && Stored == State.Position
            ? WriteSnapshotAsync()
            : ValueTask.CompletedTask;

    /// <summary>
    /// A thread of this name was deleted: it is this one unless the entry with which it was taken still stands. A store that does not answer
    /// says it with the next append.
    /// </summary>
    /// <exception cref="LeaseLostException">It is this one.</exception>
    public async Task SeeWhetherDeletedAsync()
    {
        try
        {
            var taken = await Services.Store.For(thread.Key.Tenant).ReadAsync(thread.Key.Thread, thread.Lease.Taken.Position, 1, thread.LeaseLost);
            if (taken.Count == 0 || taken[0].Id != thread.Lease.Taken.Id)
            {
                throw new LeaseLostException();
            }
        }
        catch (StoreUnavailableException exception)
        {
            Services.Meter.StoreFailed(exception);
        }
    }

    /// <summary>
    /// Waits for room for what will be folded, by what is stored of it. Not for ever: whatever is stored, it must be possible to cancel it.
    /// </summary>
    private async Task MakeRoomAsync(StateCharge charge)
    {
        var record = await Services.Store.For(thread.Key.Tenant).GetThreadAsync(thread.Key.Thread, thread.LeaseLost);
        await Services.Memory.WaitAsync(charge, Math.Min(record?.Bytes ?? 0, ExecutionLimits.CeilingOfState(thread.Tier)), Services.Time, thread.LeaseLost);
    }

    private void Add(Entry entry)
    {
        _pending.Add(entry);
        _pendingBytes += EntryWeight.Of(entry.Payload);
    }

    private void Apply(Entry entry)
    {
        if (State.Execution?.Children is null)
        {
            State.Apply(entry);
        }
        else
        {
            ApplyBesideChildren(entry);
        }

        Services.Options.Watch?.Applied(thread.Key, thread.Lease.Epoch, entry);
    }

    private void ApplyBesideChildren(Entry entry)
    {
        List<ChildState> open = [.. State.Execution!.OpenChildren];
        State.Apply(entry);
        foreach (var child in open.Where(child => child.Ended is null && State.Execution?.Children?.Contains(child) != true))
        {
            _abandoned.Add((child, entry.Position));
        }
    }

    private void ClearPending()
    {
        _pending.Clear();
        _pendingBytes = 0;
    }

    private ValueTask BeganAsync() => Services.Options.Watch?.BeganAsync(thread.Key, thread.Lease.Epoch, State) ?? ValueTask.CompletedTask;

    /// <summary>A snapshot spares work later; without it the journal is still all there is to know.</summary>
    private async ValueTask WriteSnapshotAsync()
    {
        (State.Snapshot, State.Replayed) = (Stored, 0);
        if (State.Scopes.Values.Sum(static scope => scope.Bytes) > StorageLimits.MaxContentBytes)
        {
            return;
        }

        var content = ThreadSnapshots.Write(State);
        if (content.Length > StorageLimits.MaxContentBytes)
        {
            // The thread is folded from its entries then, as after any snapshot that is lost.
            return;
        }

        try
        {
            await Services.Store.WriteSnapshotAsync(thread.Key, new StoredSnapshot(Stored, JournalState.FoldVersion, content), thread.LeaseLost);
        }
        catch (StoreUnavailableException exception)
        {
            // The next one will do.
            Services.Meter.StoreFailed(exception);
        }
    }
}
