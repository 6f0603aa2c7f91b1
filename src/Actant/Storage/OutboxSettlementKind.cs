namespace Actant.Storage;

/// <summary>What becomes of an outbox row after a try.</summary>
public enum OutboxSettlementKind
{
    /// <summary>It is done; the next row of its lane may go.</summary>
    Delivered = 0,

    /// <summary>It is tried again later; its lane waits.</summary>
    Retry = 1,

    /// <summary>It is kept for a person, and its lane goes on.</summary>
    Dead = 2,

    /// <summary>It was not tried and may be later, as if it had not been taken.</summary>
    Returned = 3,
}
