using Actant.Storage;
namespace Actant.InMemory;

/// <summary>A thread's row with everything that hangs on it: forgetting this object forgets the thread.</summary>
internal sealed class InMemoryThread(ThreadKey key, long sequence, long epoch, DateTimeOffset createdAt)
{
    /// <summary>Signals that are no inputs, by key; they stay when they are consumed.</summary>
    private readonly Dictionary<string, InMemorySignal> _signals = [];

    /// <summary>Unconsumed signals that are no inputs, by number: they put the thread before new work.</summary>
    private readonly SortedList<long, InMemorySignal> _calls = [];

    /// <summary>Unconsumed inputs, by their execution.</summary>
    private readonly Dictionary<ExecutionId, InMemorySignal> _inputs = [];
    private readonly Dictionary<long, ExecutionId> _inputNumbers = [];

    public ThreadKey Key => key;

    public long Sequence => sequence;

    public List<StoredEntry> Entries { get; } = [];

    public List<InMemoryExecution> Executions { get; } = [];

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

    public InMemorySession? Holder { get; set; }

    /// <summary>The last lease ended because its session did, unreleased: the next take counts a crash.</summary>
    public bool LeaseWasLost { get; set; }

    /// <summary>The started execution that has not ended.</summary>
    public InMemoryExecution? Open { get; set; }

    public InMemoryExecution? Current { get; private set; }

    public long Epoch { get; set; } = epoch;

    public long SignalNumber { get; private set; }

    /// <summary>The highest signal number that the holder is known to have seen.</summary>
    public long Seen { get; set; }

    public int Crashes { get; set; }

    public int DiedAlone { get; set; }

    /// <summary>What it counts when it is taken next.</summary>
    public int NextCrashes => Crashes + (LeaseWasLost ? 1 : 0);

    public int Format { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public InMemoryReadiness Readiness { get; set; }

    public DateTimeOffset Due { get; set; }

    public InMemoryRank Rank { get; set; }

    /// <summary>What it was left for want of; counts while it is neither ready nor leased.</summary>
    public IReadOnlyList<string> Needs { get; set; } = [];

    public bool IsLeft => Needs.Count > 0 && Holder is null && Readiness != InMemoryReadiness.Ready;

    public long Position => Entries.Count;

    /// <summary>How many signals that are no inputs nobody has consumed.</summary>
    public int Calls => _calls.Count;

    public void ChooseCurrent() =>
        Current = Open ?? Pending.FindLast(execution => execution.GoesAhead && !execution.Record.Held) ?? Pending.Find(execution => !execution.Record.Held);

    public InMemorySignal? FindSignal(string signalKey) => _signals.GetValueOrDefault(signalKey);

    public void AddSignal(SignalKind kind, ExecutionId? execution, string signalKey, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var signal = new InMemorySignal(++SignalNumber, kind, execution, signalKey, body.ToArray(), now);
        _signals.Add(signalKey, signal);
        _calls.Add(signal.Number, signal);
    }

    public void AddInput(ExecutionId execution, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var signal = new InMemorySignal(++SignalNumber, SignalKind.Input, execution, $"{StorageLimits.InputPrefix}{execution}", body.ToArray(), now);
        _inputs.Add(execution, signal);
        _inputNumbers.Add(signal.Number, execution);
    }

    public void Consume(long number)
    {
        if (_inputNumbers.Remove(number, out var execution))
            _inputs.Remove(execution);
        else if (_calls.Remove(number, out var call))
            call.Forget();
    }

    /// <summary>Nobody has read it, and nobody will.</summary>
    public void ConsumeInput(ExecutionId execution)
    {
        if (_inputs.Remove(execution, out var input))
            _inputNumbers.Remove(input.Number);
    }

    /// <summary>Unconsumed signals behind a number: those that are no inputs, and the input of the execution that may begin.</summary>
    public IEnumerable<InMemorySignal> Read(long after)
    {
        var input = Current is { Record: { StartPosition: null, Id: var id } } && _inputs.TryGetValue(id, out var found) && found.Number > after ? found : null;
        foreach (var call in _calls.Values.Where(call => call.Number > after))
        {
            if (input is not null && input.Number < call.Number)
            {
                yield return input;
                input = null;
            }

            yield return call;
        }

        if (input is not null)
            yield return input;
    }

    public StoredEntry Append(Guid id, ExecutionId? execution, long entryEpoch, ReadOnlyMemory<byte> body)
    {
        var entry = new StoredEntry(Position + 1, id, execution, entryEpoch, body.ToArray());
        Entries.Add(entry);
        Bytes += body.Length;
        return entry;
    }

    public ThreadRecord ToRecord() => new()
    {
        Thread = key,
        Position = Position,
        Current = Current?.Record.Id,
        Status = Current?.Record.Status,
        Queued = Pending.Count - (Current is { IsPending: true } ? 1 : 0),
        Bytes = Bytes,
        CreatedAt = createdAt,
        UpdatedAt = UpdatedAt,
    };
}
