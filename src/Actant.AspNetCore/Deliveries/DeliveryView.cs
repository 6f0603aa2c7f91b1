using Actant.Executions;

namespace Actant.AspNetCore.Deliveries;

/// <summary>A result on its way.</summary>
internal sealed record DeliveryView
{
    public required Guid DeliveryId { get; init; }

    public required string Status { get; init; }

    public required string Url { get; init; }

    public string? Event { get; init; }

    public Guid? ExecutionId { get; init; }

    public required string ThreadId { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? Reason { get; init; }

    public static DeliveryView Of(Delivery delivery) => new()
    {
        DeliveryId = delivery.Id,
        Status = delivery.IsDead ? DeliveryEndpoints.Dead : DeliveryEndpoints.Waiting,
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
