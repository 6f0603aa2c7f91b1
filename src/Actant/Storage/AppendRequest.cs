namespace Actant.Storage;

/// <summary>One commit of one thread, under its lease.</summary>
public sealed record AppendRequest
{
    /// <summary>The thread.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>The epoch of the lease.</summary>
    public required long Epoch { get; init; }

    /// <summary>The position that the first entry will have: the thread's last position plus one.</summary>
    public required long Position { get; init; }

    /// <summary>The entries, in order. Empty only where <see cref="Lease"/> does not keep, or signals are consumed.</summary>
    public required IReadOnlyList<EncodedEntry> Entries { get; init; }

    /// <summary>The highest signal number that the holder has seen; decides whether an end may pass.</summary>
    public required long SeenSignal { get; init; }

    /// <summary>Numbers of the signals that these entries answer; they are marked as taken.</summary>
    public IReadOnlyList<long> Consumed { get; init; } = [];

    /// <summary>What becomes of executions of this thread.</summary>
    public IReadOnlyList<ExecutionChange> Executions { get; init; } = [];

    /// <summary>What must leave because of this commit.</summary>
    public IReadOnlyList<OutboxRow> Outbox { get; init; } = [];

    /// <summary>What the entries used of models: counted once, in the commit that stores them.</summary>
    public IReadOnlyList<UsageAmount> Usage { get; init; } = [];

    /// <summary>What becomes of the lease.</summary>
    public LeaseChange Lease { get; init; } = LeaseChange.Keep;

    /// <summary>With <see cref="LeaseChange.Sleep"/>: when to take it again; <c>null</c> waits for a signal only.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>
    /// With <see cref="LeaseChange.Sleep"/>: what a session must have (<see cref="OpenSession.Capabilities"/>) to be given the thread before it is
    /// due or signalled; then anybody may take it. At most <see cref="StorageLimits.MaxNeeds"/>, each up to 255 characters in one line.
    /// </summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The format and behaviour number that these entries need to be read.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Whether a finished step, or the end of the open execution, is among the entries: nothing is held against the thread any more.</summary>
    public bool IsStep { get; init; }
}
