namespace Actant.Storage;

/// <summary>What becomes of an outbox row after a try.</summary>
public enum OutboxSettlementKind
{
    /// <summary>It is done; the next row of its lane may go.</summary>
    Delivered,

    /// <summary>It is tried again later; its lane waits.</summary>
    Retry,

    /// <summary>It is kept for a person, and its lane goes on.</summary>
    Dead,
}
