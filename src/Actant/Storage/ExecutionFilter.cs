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

    /// <summary>Only those about this subject.</summary>
    public string? Subject { get; init; }

    /// <summary>Only those of this batch.</summary>
    public string? Batch { get; init; }

    /// <summary>Only those that this one caused, directly or by others.</summary>
    public ExecutionId? Root { get; init; }

    /// <summary>Only those with all these labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(0);

    /// <summary>The keys of <see cref="ExecutionTags.Keys"/> that must be there.</summary>
    public IReadOnlyList<string> Keys => ExecutionTags.Of(Subject, Batch, Root, Labels);
}
