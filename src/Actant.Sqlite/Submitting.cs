using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Submissions and held starts, inside the writer's transaction.</summary>
internal static class Submitting
{
    public static SubmitResult Submit(WriteScope scope, TenantId tenant, Submission submission)
    {
        var now = scope.Now;
        var number = scope.Tenants.NumberOf(tenant);
        var known = (submission.IdempotencyKey is { } key ? scope.Executions.Find(number, tenant, key) : null)
            ?? scope.Executions.Find(number, tenant, submission.Id);
        if (known is not null)
            return Recognise(scope, known, submission);

        var thread = scope.Threads.Find(number, new ThreadKey(tenant, submission.Thread));
        var isFree = thread is null || (!thread.IsLeased && thread.Place.Current is null);
        if (!isFree && Refuse(scope, thread!, submission) is { } refusal)
            return refusal;
        if (scope.Shares.IsFull(number))
            return new SubmitResult(SubmitOutcome.QueueFull, null);

        thread ??= scope.Threads.Add(number, new ThreadKey(tenant, submission.Thread), epoch: 0, now);
        var execution = scope.Executions.Add(thread, submission, now);
        scope.Inbox.Add(thread, SignalKind.Input, submission.Id, InboxTable.KeyOfInput(submission.Id), submission.Input, now);
        thread.UpdatedAt = now;
        if (submission.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback && thread.Place.IsOpen)
            Displace(scope, thread, submission, now);
        scope.Threads.ChooseCurrent(thread);
        if (isFree && !submission.Held)
        {
            if (submission.LeaseTo is { } lease && thread.Format <= lease.Format && scope.Sessions.Find(lease.Session) is { } session
                && scope.Shares.StartsAtOnce(number))
            {
                var taken = Leasing.Lease(scope, thread, session, lease, now);
                return new SubmitResult(SubmitOutcome.Accepted, taken.Current, taken);
            }

            thread.MakeReady();
            scope.WakeForWork();
        }

        scope.Threads.Save(thread);
        return new SubmitResult(SubmitOutcome.Accepted, execution.Record);
    }

    public static bool Start(WriteScope scope, TenantId tenant, ExecutionId id, Principal? by)
    {
        if (scope.Executions.Find(scope.Tenants.NumberOf(tenant), tenant, id) is not { } execution)
            return false;
        if (!execution.Record.Held)
            return true;
        scope.Executions.Release(execution.Number, by);
        var thread = scope.Threads.Find(execution.Record.Thread)!;
        thread.UpdatedAt = scope.Now;
        scope.Threads.ChooseCurrent(thread);
        if (!thread.IsLeased && !thread.Place.IsOpen && execution.IsPending)
        {
            thread.MakeReady();
            scope.WakeForWork();
        }

        scope.Threads.Save(thread);
        return true;
    }

    private static SubmitResult Recognise(WriteScope scope, ExecutionRow known, Submission submission) =>
        known.Fingerprint != submission.Fingerprint
            ? new SubmitResult(SubmitOutcome.KeyConflict, known.Record)
            : new SubmitResult(SubmitOutcome.Replayed, known.Record, RepeatLease(scope, known, submission));

    /// <summary>
    /// The very same call after a lost answer must not leave a thread leased to a session that does not know it. Only the same id
    /// is the same call: others with the same key must not get a second loop going.
    /// </summary>
    private static TakenThread? RepeatLease(WriteScope scope, ExecutionRow known, Submission submission)
    {
        if (submission.LeaseTo is not { } lease || known.Record.Id != submission.Id
            || scope.Threads.Find(known.Record.Thread) is not { } thread || thread.Place.Current != known.Number
            || !thread.IsLeased || scope.Sessions.IdOf(thread.Place.Holder) != lease.Session
            || scope.Journal.At(thread.Id, thread.Position) is not { } last)
        {
            return null;
        }

        var isFirstOfLease = thread.Position == 1 || scope.Journal.At(thread.Id, thread.Position - 1)!.Value.Epoch < thread.Epoch;
        return last.Execution is null && last.Epoch == thread.Epoch && isFirstOfLease
            ? new TakenThread(thread.Key, thread.Epoch, last, thread.SignalNumber, (int)thread.Crashes, known.Record)
            : null;
    }

    private static SubmitResult? Refuse(WriteScope scope, ThreadRow thread, Submission submission)
    {
        if (submission.WhenBusy is not (null or BusyStrategy.Reject))
            return null;
        var current = scope.Executions.Find(thread.Place.Current, thread.Key.Tenant)?.Record;
        if (submission.WhenBusy == BusyStrategy.Reject)
            return new SubmitResult(SubmitOutcome.Busy, current);
        return current?.Status == ExecutionStatus.Interrupted ? new SubmitResult(SubmitOutcome.ThreadInterrupted, current) : null;
    }

    private static void Displace(WriteScope scope, ThreadRow thread, Submission submission, DateTimeOffset now)
    {
        var open = scope.Executions.Find(thread.Place.Current, thread.Key.Tenant)!;
        scope.Inbox.Add(thread, SignalKind.Cancel, open.Record.Id, $"displaced:{submission.Id}", submission.Displacement, now);
        scope.Executions.SetLastCancel(open.Number, thread.SignalNumber);
        Signalling.Announce(scope, thread, now);
    }
}
