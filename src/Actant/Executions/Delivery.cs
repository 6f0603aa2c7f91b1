using Actant.Outbox;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>A result on its way.</summary>
public sealed record Delivery
{
    /// <summary>Its id, which receivers see too.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where to.</summary>
    public required string Url { get; init; }

    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The execution; <c>null</c> where another release wrote it.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>One of <see cref="DeliveryEvents"/>.</summary>
    public string? Event { get; init; }

    /// <summary>Whether it was given up.</summary>
    public required bool IsDead { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried at the latest, where it was not given up and no other waits before it.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Reason { get; init; }

    internal static Delivery Of(OutboxRecord record)
    {
        var note = DeliveryNote.Read(record.Row);
        return new Delivery
        {
            Id = record.Row.Delivery,
            Url = record.Row.Destination,
            Thread = record.Thread.Thread,
            Execution = note?.Execution,
            Event = note?.Event,
            IsDead = record.IsDead,
            Attempts = record.Attempts,
            CreatedAt = record.WrittenAt,
            NextAttemptAt = record.IsDead ? null : record.Due,
            Reason = record.Reason,
        };
    }
}
