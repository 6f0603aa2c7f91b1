namespace Actant.Storage;

/// <summary>Which executions to list; what is <c>null</c> does not filter.</summary>
public sealed record ExecutionFilter
{
    /// <summary>Only those in this status.</summary>
    public ExecutionStatus? Status { get; init; }

    /// <summary>Only those of this agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Only those on this thread.</summary>
    public string? Thread { get; init; }
}
