namespace Actant.CloudEvents;

/// <summary>What was read of one event: a job, or why it is none, with as much as could be read of whom to tell.</summary>
/// <param name="Job">The job, or all that is wrong.</param>
public sealed record JobReading(Reply<Job> Job)
{
    /// <summary>Where it stands in what it came with, as paths of faults begin: <c>$</c>, or <c>$[1]</c> in a batch.</summary>
    public string Path { get; init; } = "$";

    /// <summary>Whether it is the data alone, without an event around it.</summary>
    public bool IsBare { get; init; }

    /// <summary>The event's id, if it can be read.</summary>
    public string? EventId { get; init; }

    /// <summary>The job's id, if it can be read.</summary>
    public string? JobId { get; init; }

    /// <summary>The event's trace, if it has one that can be used.</summary>
    public string? TraceParent { get; init; }
}
