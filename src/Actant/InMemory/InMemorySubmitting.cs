using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>Submissions, held starts and signals. Everything here needs the store's lock.</summary>
internal sealed class InMemorySubmitting(InMemoryState state)
{
    /// <summary>Why an execution waits; <c>null</c> unless it is pending, was left for want of something or is quarantined.</summary>
    public ExecutionWait? FindWait(TenantId id, ExecutionId execution)
    {
        if (state.FindExecution(id, execution) is not { } waiting || !state.TryGetThread(waiting.Owner.Key, state.Now, out var thread))
            return null;
        var isLeft = thread.Place.IsLeft && thread.Current == waiting;
        var isInOrder = thread.Current == waiting && thread.Place.Ready;
        var isQuarantined = isInOrder && thread.NextCrashes >= Quarantine.From;
        if (!waiting.IsPending && !isLeft && !isQuarantined)
            return null;
        var tenant = state.Tenants[id];
        return new ExecutionWait(isInOrder ? state.Schedule.CountBefore(thread) : null, tenant.Running, tenant.Share, thread.Format)
        {
            Needs = isLeft ? thread.Needs : [],
            Deaths = isQuarantined ? thread.NextCrashes : 0,
        };
    }

    public SubmitResult Submit(TenantId tenant, Submission submission)
    {
        var now = state.Now;
        if (state.FindKnown(tenant, submission) is { } known)
            return new SubmitResult(SubmitRule.Recognise(known, submission), known.Record, LeaseAgain(known, submission, now));

        var threadKey = new ThreadKey(tenant, submission.Thread);
        var isFree = !state.TryGetThread(threadKey, now, out var thread) || thread.IsFree;
        var current = SubmitRule.AsksForCurrent(thread, submission) ? thread!.Current?.Record : null;
        if (!isFree && SubmitRule.Refuse(submission, current) is { } refusal)
            return new SubmitResult(refusal, current);
        if (IsFull(tenant))
            return new SubmitResult(SubmitOutcome.QueueFull, null);

        thread ??= state.AddThread(threadKey, epoch: 0, now);
        var execution = state.AddExecution(thread, submission, now);
        thread.AddInput(submission.Id, submission.Input, now);
        thread.UpdatedAt = now;
        if (SubmitRule.Displaces(thread, submission))
            Displace(thread, submission, now);
        if (isFree && !submission.Held)
        {
            if (SubmitRule.MayLease(thread, submission) && state.Sessions.Find(submission.LeaseTo!.Session, state.Clock.Steady) is { } session
                && state.Tenants[tenant].StartsAtOnce)
            {
                var taken = state.Lease(thread, session, submission.LeaseTo, now);
                return new SubmitResult(SubmitOutcome.Accepted, execution.Record, taken);
            }

            thread.MakeReady();
            state.WakeForWork();
        }

        state.Schedule.Save(thread);
        return new SubmitResult(SubmitOutcome.Accepted, execution.Record);
    }

    public bool Start(TenantId tenant, ExecutionId id, Principal? by)
    {
        var now = state.Now;
        if (state.FindExecution(tenant, id) is not { } execution || !state.TryGetThread(execution.Owner.Key, now, out var thread))
            return false;
        if (!execution.Record.Held)
            return true;
        execution.Record = execution.Released(by, now);
        state.Deadlines.Add(execution);
        thread.UpdatedAt = now;
        thread.ChooseCurrent();
        if (SubmitRule.StartsThread(thread, execution))
        {
            thread.MakeReady();
            state.WakeForWork();
        }

        state.Schedule.Save(thread);
        return true;
    }

    public SignalResult Signal(ThreadKey key, IReadOnlyList<Signal> signals)
    {
        var now = state.Now;
        if (!state.TryGetThread(key, now, out var thread))
            return new SignalResult(SignalOutcome.NotFound);
        var heldBy = state.HolderOf(thread)?.Id;
        if (SignalRule.NewOnes(signals, signal => thread.FindSignal(signal.Key)?.Says(signal.Body.Span)) is not { } added)
            return new SignalResult(SignalOutcome.KeyConflict, heldBy);
        if (added.Count == 0)
            return new SignalResult(SignalOutcome.Replayed, heldBy);
        foreach (var signal in added.Where(static signal => signal.Execution is not null))
        {
            if (SignalRule.Refuse(thread, Named(key.Tenant, signal)) is { } refusal)
                return new SignalResult(refusal, heldBy);
        }

        foreach (var signal in added)
        {
            thread.AddSignal(signal.Kind, signal.Execution, signal.Key, signal.Body, now);
            if (SignalRule.Cancels(thread, signal, Named(key.Tenant, signal)?.Number) is { } cancelled)
                thread.Executions[cancelled].LastCancel = thread.SignalNumber;
        }

        Announce(thread, now);
        return new SignalResult(SignalOutcome.Stored, heldBy);
    }

    private bool IsFull(TenantId tenant) => state.Tenants.ShareOf(tenant).MaxQueued is { } most
        && state.Executions.Where(execution => execution.IsPending && execution.Owner.Key.Tenant == tenant).Take(most).Count() == most;

    private InMemoryExecution? Named(TenantId tenant, Signal signal) =>
        signal.Execution is { } id ? state.FindExecution(tenant, id) : null;

    private void Displace(InMemoryThread thread, Submission submission, DateTimeOffset now)
    {
        var open = thread.Current!;
        thread.AddSignal(SignalKind.Cancel, open.Record.Id, SubmitRule.DisplacementKey(submission), submission.Displacement, now);
        open.LastCancel = thread.SignalNumber;
        Announce(thread, now);
    }

    private void Announce(InMemoryThread thread, DateTimeOffset now)
    {
        var isReady = thread.Announce(now);
        state.Schedule.Save(thread);
        state.Wakeups.Publish(isReady ? new Wakeup(WakeupKind.WorkIsReady) : new Wakeup(WakeupKind.Signalled, thread.Key));
    }

    private TakenThread? LeaseAgain(InMemoryExecution known, Submission submission, DateTimeOffset now)
    {
        if (!SubmitRule.MayLeaseAgain(known, submission) || !state.TryGetThread(known.Owner.Key, now, out var thread)
            || state.HolderOf(thread)?.Id != submission.LeaseTo!.Session)
        {
            return null;
        }

        return SubmitRule.LeaseAgain(thread, known, thread.Entries[^1], thread.Position > 1 ? thread.Entries[^2].Epoch : null);
    }
}
