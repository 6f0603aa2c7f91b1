using Actant.Storage;
namespace Actant.InMemory;

internal sealed class InMemoryOutboxRow(long sequence, OutboxRow row, InMemoryThread thread, DateTimeOffset writtenAt)
{
    public long Sequence { get; set; } = sequence;

    public OutboxRow Row => row;

    public InMemoryThread Thread => thread;

    /// <summary>Whose it is until <see cref="Due"/>: that of the writer, later of who tries it.</summary>
    public InMemorySession? Owner { get; set; }

    /// <summary>From when anybody may take it.</summary>
    public DateTimeOffset Due { get; set; }

    public bool IsInFlight { get; set; }

    /// <summary>Kept for a person; its lane has gone on without it.</summary>
    public bool IsDead { get; set; }

    public int Attempt { get; set; }

    public string? Reason { get; set; }

    /// <summary>When a person sent it again.</summary>
    public DateTimeOffset? ResentAt { get; set; }

    public OutboxDelivery ToDelivery() => new(row, thread.Key, Attempt, writtenAt, ResentAt ?? writtenAt);

    public OutboxRecord ToRecord() => new()
    {
        Row = row,
        Thread = thread.Key,
        Attempts = Attempt,
        WrittenAt = writtenAt,
        Due = Due,
        IsDead = IsDead,
        Reason = Reason,
    };
}
