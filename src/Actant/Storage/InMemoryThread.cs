namespace Actant.Storage;

/// <summary>A thread's row with everything that hangs on it: forgetting this object forgets the thread.</summary>
internal sealed class InMemoryThread(ThreadKey key, long sequence, long epoch, DateTimeOffset createdAt)
{
    private readonly Dictionary<string, InMemorySignal> _signals = [];
    private readonly List<InMemorySignal> _unconsumed = [];

    public ThreadKey Key => key;

    public long Sequence => sequence;

    public List<StoredEntry> Entries { get; } = [];

    public List<InMemoryExecution> Executions { get; } = [];

    /// <summary>Executions that have not started, in order of submission.</summary>
    public List<InMemoryExecution> Pending { get; } = [];

    /// <summary>Lanes by destination: open outbox rows, the first of which may go.</summary>
    public Dictionary<string, Queue<InMemoryOutboxRow>> Lanes { get; } = [];

    public List<InMemoryOutboxRow> Dead { get; } = [];

    public Dictionary<BlobHash, byte[]> Blobs { get; } = [];

    public StoredSnapshot? Snapshot { get; set; }

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

    public int Format { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public InMemoryReadiness Readiness { get; set; }

    public DateTimeOffset Due { get; set; }

    public InMemoryRank Rank { get; set; }

    public long Position => Entries.Count;

    public IReadOnlyList<InMemorySignal> Unconsumed => _unconsumed;

    /// <summary>Unconsumed signals that are not inputs: they put the thread before new work.</summary>
    public int Calls { get; private set; }

    public void ChooseCurrent() => Current = Open ?? Pending.Find(execution => !execution.Record.Held);

    public InMemorySignal? FindSignal(string signalKey) => _signals.GetValueOrDefault(signalKey);

    public void AddSignal(SignalKind kind, ExecutionId? execution, string signalKey, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var signal = new InMemorySignal(++SignalNumber, kind, execution, signalKey, body.ToArray(), now);
        _signals.Add(signalKey, signal);
        _unconsumed.Add(signal);
        if (kind != SignalKind.Input)
            Calls++;
    }

    public void Consume(long number)
    {
        var index = _unconsumed.FindIndex(signal => signal.Number == number);
        if (index < 0)
            return;
        if (_unconsumed[index].Kind != SignalKind.Input)
            Calls--;
        _unconsumed.RemoveAt(index);
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
