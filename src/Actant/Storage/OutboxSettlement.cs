namespace Actant.Storage;

/// <summary>How a try of an outbox row ended.</summary>
/// <param name="Kind">What becomes of the row.</param>
/// <param name="RetryAt">With <see cref="OutboxSettlementKind.Retry"/> and <see cref="OutboxSettlementKind.Returned"/>: not before this time.</param>
/// <param name="Reason">Why it was not delivered.</param>
public sealed record OutboxSettlement(OutboxSettlementKind Kind, DateTimeOffset? RetryAt = null, string? Reason = null)
{
    /// <summary>
    /// The try that ended. Where it is no longer the row's last one, somebody else has the row: only <see cref="OutboxSettlementKind.Delivered"/>
    /// counts then. <c>null</c> asks for no such check.
    /// </summary>
    public int? Attempt { get; init; }
}
