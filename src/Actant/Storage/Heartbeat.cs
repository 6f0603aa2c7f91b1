namespace Actant.Storage;

/// <summary>What a renewal brings back.</summary>
/// <param name="WorkIsReady">Whether a take would find a thread now.</param>
/// <param name="Signalled">Threads of this session that have signals which the holder may not know; at most 1,000.</param>
/// <param name="NextDue">
/// When work may become ready without a word: the next sleeping thread becomes due, or the session of another node ends unless it is
/// renewed before. <c>null</c> when nothing sleeps and there is no other session.
/// </param>
/// <param name="At">The store's clock at the renewal.</param>
public sealed record Heartbeat(bool WorkIsReady, IReadOnlyList<ThreadKey> Signalled, DateTimeOffset? NextDue, DateTimeOffset At)
{
    /// <summary>When an outbox row may be taken that nobody is told of: at once if that has passed. <c>null</c> when there is none.</summary>
    public DateTimeOffset? NextDelivery { get; init; }

    /// <summary>The earliest deadline of an execution that waits to begin and is neither held nor cancelled: see <see cref="IActantStore.ListOverdueAsync"/> when it has passed.</summary>
    public DateTimeOffset? NextDeadline { get; init; }
}
