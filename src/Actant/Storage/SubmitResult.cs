namespace Actant.Storage;

/// <summary>The answer to one submission.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Execution">The accepted or replayed execution; for a refusal, the one that is in the way.</param>
/// <param name="Lease">Set when the thread was leased at once; again for the very same call (same id) while nothing has been appended since.</param>
public sealed record SubmitResult(SubmitOutcome Outcome, ExecutionRecord? Execution, TakenThread? Lease = null);
