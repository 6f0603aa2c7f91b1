using Actant.Nodes;

namespace Actant.Loops;

/// <summary>An end that was decided and is not stored yet.</summary>
internal sealed record Ending(ExecutionStatus Status)
{
    /// <summary>Completed: what it gave.</summary>
    public ScopeResult? Result { get; init; }

    /// <summary>Failed: why.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Cancelled: why.</summary>
    public string? Reason { get; init; }

    /// <summary>Cancelled: who wanted it.</summary>
    public Principal? Principal { get; init; }

    /// <summary>Cancelled: whether the thread goes back to where the execution began.</summary>
    public bool RollsBack { get; init; }

    /// <summary>Timed out: when it should have ended.</summary>
    public DateTimeOffset Deadline { get; init; }

    /// <summary>It ended well.</summary>
    public static Ending Completed(ScopeResult result) => new(ExecutionStatus.Completed) { Result = result };

    /// <summary>It failed.</summary>
    public static Ending Failed(Failure failure) => new(ExecutionStatus.Failed) { Failure = failure };

    /// <summary>It was not over by its deadline.</summary>
    public static Ending TimedOut(DateTimeOffset deadline) => new(ExecutionStatus.TimedOut) { Deadline = deadline };
}
