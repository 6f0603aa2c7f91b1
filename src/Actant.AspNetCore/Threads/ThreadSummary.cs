using Actant.Storage;

namespace Actant.AspNetCore.Threads;

/// <summary>A thread as its row says.</summary>
internal sealed record ThreadSummary
{
    public required string ThreadId { get; init; }

    public required long Position { get; init; }

    public Guid? ExecutionId { get; init; }

    public ExecutionStatus? Status { get; init; }

    public required int Queued { get; init; }

    public required long Bytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static ThreadSummary Of(ThreadRecord record) => new()
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
