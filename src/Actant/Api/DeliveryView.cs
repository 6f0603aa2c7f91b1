using Actant.Executions;

namespace Actant.Api;

/// <summary>A result on its way.</summary>
public sealed record DeliveryView
{
    /// <summary>The status of what was given up.</summary>
    public const string Dead = "dead";

    /// <summary>The status of what is still tried.</summary>
    public const string Waiting = "waiting";

    /// <summary>Its id.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary><c>waiting</c>, or <c>dead</c>: given up.</summary>
    public required string Status { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Url { get; init; }

    /// <summary>What it tells.</summary>
    public string? Event { get; init; }

    /// <summary>The execution.</summary>
    public Guid? ExecutionId { get; init; }

    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the event was.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Reason { get; init; }

    /// <summary>The view.</summary>
    internal static DeliveryView Of(Delivery delivery) => new()
    {
        DeliveryId = delivery.Id,
        Status = delivery.IsDead ? Dead : Waiting,
        Url = delivery.Url,
        Event = delivery.Event,
        ExecutionId = delivery.Execution?.Value,
        ThreadId = delivery.Thread,
        Attempts = delivery.Attempts,
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.NextAttemptAt,
        Reason = delivery.Reason,
    };
}
