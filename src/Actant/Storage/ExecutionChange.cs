namespace Actant.Storage;

/// <summary>What an append changes of an execution's row. Fields left <c>null</c> stay as they are.</summary>
public sealed record ExecutionChange
{
    /// <summary>Which one; it must belong to the thread.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>
    /// Its status from now on. After an end no further change is accepted. The end of an execution that has no entry consumes its input,
    /// which nobody has read.
    /// </summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>The position of its first entry.</summary>
    public long? StartPosition { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>All tokens used so far.</summary>
    public long? Tokens { get; init; }

    /// <summary>All money spent so far, in USD.</summary>
    public decimal? CostUsd { get; init; }
}
