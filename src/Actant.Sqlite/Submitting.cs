using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Submissions and held starts, inside the writer's transaction.</summary>
internal static class Submitting
{
    public static SubmitResult Submit(WriteScope scope, TenantId tenant, Submission submission)
    {
        var now = scope.Now;
        var number = scope.Tenants.NumberOf(tenant);
        if (scope.Executions.FindKnown(number, tenant, submission) is { } known)
            return new SubmitResult(SubmitRule.Recognise(known, submission), known.Record, LeaseAgain(scope, known, submission));

        var thread = scope.Threads.Find(number, new ThreadKey(tenant, submission.Thread));
        var isFree = thread is null or { IsFree: true };
        var current = SubmitRule.AsksForCurrent(thread, submission) ? scope.Executions.Find(thread!.Place.Current, tenant)?.Record : null;
        if (!isFree && SubmitRule.Refuse(submission, current) is { } refusal)
            return new SubmitResult(refusal, current);
        if (scope.Shares.IsFull(number))
            return new SubmitResult(SubmitOutcome.QueueFull, null);

        thread ??= scope.Threads.Add(number, new ThreadKey(tenant, submission.Thread), epoch: 0, now);
        var execution = scope.Executions.Add(thread, submission, now);
        scope.Inbox.Add(thread, SignalKind.Input, submission.Id, InboxTable.KeyOfInput(submission.Id), submission.Input, now);
        thread.UpdatedAt = now;
        if (SubmitRule.Displaces(thread, submission))
            Displace(scope, thread, submission, now);
        if (isFree && !submission.Held)
        {
            if (SubmitRule.MayLease(thread, submission) && scope.Sessions.Find(submission.LeaseTo!.Session) is { } session
                && scope.Shares.StartsAtOnce(number))
            {
                var taken = Leasing.Lease(scope, thread, session, submission.LeaseTo, now);
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
        scope.Executions.Release(execution.Number, execution.Released(by, scope.Now));
        var thread = scope.Threads.Find(execution.Record.Thread)!;
        thread.UpdatedAt = scope.Now;
        scope.Threads.ChooseCurrent(thread);
        if (SubmitRule.StartsThread(thread, execution))
        {
            thread.MakeReady();
            scope.WakeForWork();
        }

        scope.Threads.Save(thread);
        return true;
    }

    private static TakenThread? LeaseAgain(WriteScope scope, ExecutionRow known, Submission submission)
    {
        if (!SubmitRule.MayLeaseAgain(known, submission) || scope.Threads.Find(known.Record.Thread) is not { } thread
            || scope.Sessions.IdOf(thread.Place.Holder) != submission.LeaseTo!.Session || scope.Journal.At(thread.Number, thread.Position) is not { } last)
        {
            return null;
        }

        return SubmitRule.LeaseAgain(thread, known, last, scope.Journal.At(thread.Number, thread.Position - 1)?.Epoch);
    }

    private static void Displace(WriteScope scope, SqliteThread thread, Submission submission, DateTimeOffset now)
    {
        var open = scope.Executions.Find(thread.Place.Current, thread.Key.Tenant)!;
        scope.Inbox.Add(thread, SignalKind.Cancel, open.Record.Id, SubmitRule.DisplacementKey(submission), submission.Displacement, now);
        scope.Executions.SetLastCancel(open.Number, thread.SignalNumber);
        Signalling.Announce(scope, thread, now);
    }
}
