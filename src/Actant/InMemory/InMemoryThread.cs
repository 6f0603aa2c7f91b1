using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>A thread's row with everything that hangs on it: forgetting this object forgets the thread.</summary>
internal sealed class InMemoryThread(ThreadKey key, long number, DateTimeOffset createdAt) : ThreadRow(number, key)
{
    /// <summary>Signals that are no inputs, by key; they stay when they are consumed.</summary>
    private readonly Dictionary<string, InMemorySignal> _signals = [];

    /// <summary>Unconsumed signals that are no inputs, by number: they put the thread before new work.</summary>
    private readonly SortedList<long, InMemorySignal> _calls = [];

    /// <summary>Unconsumed inputs, by their execution.</summary>
    private readonly Dictionary<ExecutionId, InMemorySignal> _inputs = [];
    private readonly Dictionary<long, ExecutionId> _inputNumbers = [];

    public List<StoredEntry> Entries { get; } = [];

    /// <summary>By number.</summary>
    public Dictionary<long, InMemoryExecution> Executions { get; } = [];

    /// <summary>Whom its executions are about, and those of the thread that it is a fork of.</summary>
    public HashSet<string> Subjects { get; } = [];

    /// <summary>Executions that have not started, in order of submission.</summary>
    public List<InMemoryExecution> Pending { get; } = [];

    /// <summary>Lanes by destination: open outbox rows, the first of which may go.</summary>
    public Dictionary<string, Queue<InMemoryOutboxRow>> Lanes { get; } = [];

    public List<InMemoryOutboxRow> Dead { get; } = [];

    public Dictionary<BlobHash, byte[]> Blobs { get; } = [];

    public StoredSnapshot? Snapshot { get; set; }

    /// <summary>The position of the last erasure; snapshots from before it are not kept.</summary>
    public long ErasedAt { get; set; }

    /// <summary>What signals hold that nobody has consumed.</summary>
    public long InboxBytes => _calls.Values.Sum(static call => (long)call.Body.Length) + _inputs.Values.Sum(static input => (long)input.Body.Length);

    public InMemoryExecution? Current => Place.Current is { } current ? Executions[current] : null;

    /// <summary>What it was left for want of.</summary>
    public string[] Needs => Place.Needs?.Split('\n') ?? [];

    /// <summary>Chooses the current execution anew, from all that wait; see <see cref="ThreadRow.AddExecution"/>.</summary>
    public void ChooseCurrent()
    {
        if (!Place.IsOpen)
            Choose(Pending.FindLast(execution => execution.GoesAhead && !execution.Record.Held) ?? Pending.Find(execution => !execution.Record.Held));
    }

    public InMemorySignal? FindSignal(string signalKey) => _signals.GetValueOrDefault(signalKey);

    public void AddSignal(SignalKind kind, ExecutionId? execution, string signalKey, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        AddSignal(kind);
        var signal = new InMemorySignal(SignalNumber, kind, execution, signalKey, body.ToArray(), now);
        _signals.Add(signalKey, signal);
        _calls.Add(signal.Number, signal);
    }

    public void AddInput(ExecutionId execution, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        AddSignal(SignalKind.Input);
        var signal = new InMemorySignal(SignalNumber, SignalKind.Input, execution, $"{StorageLimits.InputPrefix}{execution}", body.ToArray(), now);
        _inputs.Add(execution, signal);
        _inputNumbers.Add(signal.Number, execution);
    }

    public void Consume(long number)
    {
        if (_inputNumbers.Remove(number, out var execution))
            _inputs.Remove(execution);
        else if (_calls.Remove(number, out var call))
        {
            call.Forget();
            Calls--;
        }
    }

    /// <summary>Nobody has read it, and nobody will.</summary>
    public void ConsumeInput(ExecutionId execution)
    {
        if (_inputs.Remove(execution, out var input))
            _inputNumbers.Remove(input.Number);
    }

    /// <summary>Unconsumed signals behind a number that are no inputs.</summary>
    public IEnumerable<InMemorySignal> CallsAfter(long after) => _calls.Values.Where(call => call.Number > after);

    /// <summary>The input of the execution that may begin, if it is behind a number.</summary>
    public InMemorySignal? InputAfter(long after) =>
        Current is { Record: { StartPosition: null, Id: var id } } && _inputs.TryGetValue(id, out var found) && found.Number > after ? found : null;

    public StoredEntry Append(Guid id, ExecutionId? execution, long entryEpoch, ReadOnlyMemory<byte> body)
    {
        var entry = new StoredEntry(Position + 1, id, execution, entryEpoch, body.ToArray());
        Entries.Add(entry);
        AddEntry(body.Length);
        return entry;
    }

    public ThreadRecord ToRecord() => new()
    {
        Thread = Key,
        Position = Position,
        Current = Current?.Record.Id,
        Status = Current?.Record.Status,
        Queued = Pending.Count - (Current is { IsPending: true } ? 1 : 0),
        Bytes = Bytes,
        CreatedAt = createdAt,
        UpdatedAt = UpdatedAt,
    };
}
