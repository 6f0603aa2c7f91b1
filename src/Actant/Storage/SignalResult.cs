namespace Actant.Storage;

/// <summary>The answer to a signal.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="HeldBy">The session that leases the thread, if one does: otherwise somebody must take it.</param>
public readonly record struct SignalResult(SignalOutcome Outcome, SessionId? HeldBy = null);
