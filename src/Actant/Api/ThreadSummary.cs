using Actant.Storage;

namespace Actant.Api;

/// <summary>A thread as its row says.</summary>
public sealed record ThreadSummary
{
    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>Its last position.</summary>
    public required long Position { get; init; }

    /// <summary>The execution that is open on it.</summary>
    public Guid? ExecutionId { get; init; }

    /// <summary>Where that stands.</summary>
    public ExecutionStatus? Status { get; init; }

    /// <summary>How many inputs wait on it.</summary>
    public required int Queued { get; init; }

    /// <summary>The bytes of its journal.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The view.</summary>
    internal static ThreadSummary Of(ThreadRecord record) => new()
    {
        ThreadId = record.Thread.Thread,
        Position = record.Position,
        ExecutionId = record.Current?.Value,
        Status = record.Status,
        Queued = record.Queued,
        Bytes = record.Bytes,
        CreatedAt = record.CreatedAt,
        UpdatedAt = record.UpdatedAt,
    };
}
