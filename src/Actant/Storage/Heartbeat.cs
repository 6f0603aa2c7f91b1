namespace Actant.Storage;

/// <summary>What a renewal brings back.</summary>
/// <param name="WorkIsReady">Whether a take would find a thread now.</param>
/// <param name="Signalled">Threads of this session that have signals which the holder may not know; at most 1,000.</param>
/// <param name="NextDue">When the next sleeping thread becomes due, if one sleeps.</param>
public sealed record Heartbeat(bool WorkIsReady, IReadOnlyList<ThreadKey> Signalled, DateTimeOffset? NextDue);
