namespace Actant.Storage;

/// <summary>How a try of an outbox row ended.</summary>
/// <param name="Kind">What becomes of the row.</param>
/// <param name="RetryAt">With <see cref="OutboxSettlementKind.Retry"/>: not before this time.</param>
/// <param name="Reason">Why it was not delivered.</param>
public sealed record OutboxSettlement(OutboxSettlementKind Kind, DateTimeOffset? RetryAt = null, string? Reason = null);
