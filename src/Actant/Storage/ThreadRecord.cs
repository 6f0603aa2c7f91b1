namespace Actant.Storage;

/// <summary>A thread as its row says.</summary>
public sealed record ThreadRecord
{
    /// <summary>Which one.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>Its last position; 0 before the first entry.</summary>
    public required long Position { get; init; }

    /// <summary>The execution that is open on it, or else the first that waits and is not held.</summary>
    public ExecutionId? Current { get; init; }

    /// <summary>The status of that execution, or <c>null</c> when the thread is idle.</summary>
    public ExecutionStatus? Status { get; init; }

    /// <summary>Executions that wait, held ones included, without the current one.</summary>
    public int Queued { get; init; }

    /// <summary>Bytes of its entries and blobs, without indexes.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
