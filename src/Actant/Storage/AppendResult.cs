namespace Actant.Storage;

/// <summary>The answer to an append.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="SignalNumber">The thread's signal number: larger than the seen one means that signals wait.</param>
/// <param name="LeaseIsGone">For a replayed append: whether the lease it was made under is over by now, given back or lost.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, long SignalNumber, bool LeaseIsGone = false);
