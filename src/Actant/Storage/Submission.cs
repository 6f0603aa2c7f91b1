namespace Actant.Storage;

/// <summary>One execution to accept.</summary>
public sealed record Submission
{
    /// <summary>The priority of what names none.</summary>
    public const int DefaultPriority = 4;

    /// <summary>Its id, made by the caller and kept over all tries.</summary>
    public required ExecutionId Id { get; init; }

    /// <summary>The thread; made if there is none of that name.</summary>
    public required string Thread { get; init; }

    /// <summary>Whether the thread's name was made for this submission: a store need not expect that it is there.</summary>
    public bool ThreadIsNew { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The definition, which must have been written before.</summary>
    public required BlobHash Definition { get; init; }

    /// <summary>The input, opaque; it becomes the inbox row. At most 4 MiB.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The caller's key: a second submission with it answers as the first. Up to 255 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of what was asked: the same key with another one is a conflict.</summary>
    public BlobHash? Fingerprint { get; init; }

    /// <summary>0 to 9; 9 first, until age has made up for it: <see cref="Ageing"/>.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>When it must have ended; for a held one this moves by as long as it is held.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Accept it, but take it only after <see cref="ITenantStore.StartAsync"/>.</summary>
    public bool Held { get; init; }

    /// <summary>What to do when the thread is busy; <c>null</c> is <see cref="BusyStrategy.Enqueue"/>, but refused on a thread that waits for a person.</summary>
    public BusyStrategy? WhenBusy { get; init; }

    /// <summary>Whether it begins before those that were queued earlier on its thread; of several, the newest first.</summary>
    public bool GoesAhead => WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback;

    /// <summary>
    /// With <see cref="BusyStrategy.Interrupt"/> or <see cref="BusyStrategy.Rollback"/>: the body of the
    /// <see cref="SignalKind.Cancel"/> that is put in for the open execution in the same transaction.
    /// </summary>
    public ReadOnlyMemory<byte> Displacement { get; init; }

    /// <summary>What it is filed under.</summary>
    public ExecutionTags? Tags { get; init; }

    /// <summary>
    /// The session of the node that accepts it: notified by <see cref="WakeupKind.Progressed"/> of what becomes of it on another node.
    /// </summary>
    public SessionId? AcceptedBy { get; init; }

    /// <summary>Lease the thread to this session at once, if it is free and nothing waits on it.</summary>
    public TakeRequest? LeaseTo { get; init; }
}
