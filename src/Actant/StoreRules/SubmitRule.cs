using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Submissions: recognised, refused, or accepted and begun at once, made ready or left to wait.</summary>
/// <remarks>In PostgreSQL: <c>actant_submit_each</c>, and <c>actant_submit</c> for those that go their ordinary way.</remarks>
internal static class SubmitRule
{
    /// <summary>What the key or id of a known execution means.</summary>
    public static SubmitOutcome Recognise(ExecutionRow known, Submission submission) =>
        known.Record.Fingerprint == submission.Fingerprint ? SubmitOutcome.Replayed : SubmitOutcome.KeyConflict;

    /// <summary>
    /// Whether a replay may be the very same call after a lost answer, which must not leave a thread leased to a session that does not know it.
    /// Only the same id is the same call: others with the same key must not get a second loop going.
    /// </summary>
    public static bool MayLeaseAgain(ExecutionRow known, Submission submission) =>
        submission.LeaseTo is not null && known.Record.Id == submission.Id && known.Record.Fingerprint == submission.Fingerprint;

    /// <summary>The lease of such a call once more, while nothing has been appended under it.</summary>
    /// <param name="thread">Its thread, held by the session that asks.</param>
    /// <param name="known">The execution.</param>
    /// <param name="last">The thread's last entry.</param>
    /// <param name="epochBefore">The epoch of the entry before that one; <c>null</c> without one.</param>
    public static TakenThread? LeaseAgain(ThreadRow thread, ExecutionRow known, StoredEntry last, long? epochBefore) =>
        thread.Place.Current == known.Number && last.Execution is null && last.Epoch == thread.Epoch && !(epochBefore >= thread.Epoch)
            ? TakeRule.Answer(thread, last, known.Record)
            : null;

    /// <summary>Whether it matters which execution is in the way: only then need its row be read.</summary>
    public static bool AsksForCurrent(ThreadRow? thread, Submission submission) =>
        thread is { IsFree: false } && submission.WhenBusy is null or BusyStrategy.Reject;

    /// <summary>Why a thread that is busy does not get it.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="current">What is in the way.</param>
    public static SubmitOutcome? Refuse(Submission submission, ExecutionRecord? current) => submission.WhenBusy switch
    {
        BusyStrategy.Reject => SubmitOutcome.Busy,
        null when current is { Status: ExecutionStatus.Interrupted } => SubmitOutcome.ThreadInterrupted,
        _ => null,
    };

    /// <summary>Whether the open execution is told to end.</summary>
    public static bool Displaces(ThreadRow thread, Submission submission) => submission.GoesAhead && thread.Place.IsOpen;

    /// <summary>The key of the signal that tells it.</summary>
    public static string DisplacementKey(Submission submission) => $"displaced:{submission.Id}";

    /// <summary>Whether its thread may be leased with it, if the session lives and the tenant has room. Else it is ready.</summary>
    public static bool MayLease(ThreadRow thread, Submission submission) => submission.LeaseTo is { } lease && thread.Format <= lease.Format;

    /// <summary>Whether a held execution that is let go makes its thread ready.</summary>
    public static bool StartsThread(ThreadRow thread, ExecutionRow released) => !thread.IsLeased && !thread.Place.IsOpen && released.IsPending;
}
