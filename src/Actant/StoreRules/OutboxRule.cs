using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>What becomes of an outbox row after a try.</summary>
/// <remarks>In PostgreSQL: <c>actant_settle_outbox</c>.</remarks>
internal static class OutboxRule
{
    /// <summary>Whether a settlement counts: one of a former try does only when it was delivered.</summary>
    public static bool Counts(OutboxSettlement settlement, int attempt) =>
        settlement.Kind == OutboxSettlementKind.Delivered || settlement.Attempt is not { } tried || tried == attempt;

    /// <summary>When it is tried again, as which attempt, and why it was not delivered; <c>null</c> when its lane goes on without it.</summary>
    public static (DateTimeOffset Due, int Attempt, string? Reason)? Again(
        OutboxSettlement settlement, int attempt, string? reason, DateTimeOffset now) => settlement.Kind switch
        {
            OutboxSettlementKind.Retry => (settlement.RetryAt ?? now, attempt, settlement.Reason),
            OutboxSettlementKind.Returned => (settlement.RetryAt ?? now, attempt - 1, reason),
            _ => null,
        };

    /// <summary>Whether it stays for a person, apart from its lane.</summary>
    public static bool IsBuried(OutboxSettlement settlement) => settlement.Kind == OutboxSettlementKind.Dead;
}
