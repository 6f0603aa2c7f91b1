using Actant.Storage;

namespace Actant.InMemory;

/// <summary>Submissions, held starts and signals. Everything here needs the store's lock.</summary>
internal sealed class InMemorySubmitting(InMemoryState state)
{
    /// <summary>Why an execution waits; <c>null</c> unless it is pending, was left for want of something or is quarantined.</summary>
    public ExecutionWait? FindWait(TenantId id, ExecutionId execution)
    {
        if (state.FindExecution(id, execution) is not { } waiting || !state.TryGetThread(waiting.Thread.Key, state.Now, out var thread))
            return null;
        var isLeft = thread.IsLeft && thread.Current == waiting;
        var isInOrder = thread.Current == waiting && thread.Readiness == InMemoryReadiness.Ready;
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
        var known = (submission.IdempotencyKey is { } key ? state.FindExecution(tenant, key) : null)
            ?? state.FindExecution(tenant, submission.Id);
        if (known is not null)
            return Recognise(known, submission, now);

        var threadKey = new ThreadKey(tenant, submission.Thread);
        var exists = state.TryGetThread(threadKey, now, out var thread);
        var isFree = !exists || (thread!.Holder is null && thread.Current is null);
        if (!isFree && Refuse(thread!, submission) is { } refusal)
            return refusal;
        if (IsFull(tenant))
            return new SubmitResult(SubmitOutcome.QueueFull, null);

        thread ??= state.AddThread(threadKey, epoch: 0, now);
        var execution = state.AddExecution(thread, submission, now);
        thread.AddInput(submission.Id, submission.Input, now);
        thread.UpdatedAt = now;
        if (submission.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback && thread.Open is { } displaced)
            Cancel(thread, displaced, $"displaced:{submission.Id}", submission.Displacement, now);
        if (thread.Readiness == InMemoryReadiness.Ready)
            state.Schedule.Place(thread, InMemoryReadiness.Ready);

        if (isFree && !submission.Held)
        {
            if (submission.LeaseTo is { } lease && thread.Format <= lease.Format && state.Sessions.Find(lease.Session, state.Clock.Steady) is { } session
                && state.Tenants[tenant].StartsAtOnce)
            {
                var taken = state.Lease(thread, session, lease, now);
                return new SubmitResult(SubmitOutcome.Accepted, execution.Record, taken);
            }

            state.MakeReady(thread);
        }

        return new SubmitResult(SubmitOutcome.Accepted, execution.Record);
    }

    public bool Start(TenantId tenant, ExecutionId id, Principal? by)
    {
        var now = state.Now;
        if (state.FindExecution(tenant, id) is not { } execution || !state.TryGetThread(execution.Thread.Key, now, out var thread))
            return false;
        if (!execution.Record.Held)
            return true;
        execution.Record = execution.Record with { Held = false, StartedBy = by };
        thread.UpdatedAt = now;
        thread.ChooseCurrent();
        if (thread.Holder is null && thread.Open is null && execution.IsPending)
            state.MakeReady(thread);
        return true;
    }

    public SignalResult Signal(ThreadKey key, IReadOnlyList<Signal> signals)
    {
        var now = state.Now;
        if (!state.TryGetThread(key, now, out var thread))
            return new SignalResult(SignalOutcome.NotFound);
        var added = new Dictionary<string, Signal>();
        var outcome = SignalOutcome.Replayed;
        foreach (var signal in signals)
        {
            if (IsKnown(thread, added, signal) is not { } isSame)
                added.Add(signal.Key, signal);
            else if (!isSame)
                return new SignalResult(SignalOutcome.KeyConflict, thread.Holder?.Id);
        }

        foreach (var execution in added.Values.Select(signal => signal.Execution).OfType<ExecutionId>())
        {
            if (state.FindExecution(key.Tenant, execution) is not { } named || named.Thread != thread)
                return new SignalResult(SignalOutcome.NotFound, thread.Holder?.Id);
            if (named.Record.Status.IsEnd())
                return new SignalResult(SignalOutcome.ExecutionEnded, thread.Holder?.Id);
        }

        foreach (var signal in signals.Where(signal => added.Remove(signal.Key)))
        {
            outcome = SignalOutcome.Stored;
            thread.AddSignal(signal.Kind, signal.Execution, signal.Key, signal.Body, now);
            if (signal.Kind == SignalKind.Cancel && (Named(key.Tenant, signal) ?? thread.Current) is { } cancelled)
                cancelled.LastCancel = thread.SignalNumber;
        }

        if (outcome == SignalOutcome.Stored)
            Announce(thread, now);
        return new SignalResult(outcome, thread.Holder?.Id);
    }

    private bool IsFull(TenantId tenant) => state.Tenants.ShareOf(tenant).MaxQueued is { } most
        && state.Executions.Where(execution => execution.IsPending && execution.Thread.Key.Tenant == tenant).Take(most).Count() == most;

    /// <summary>Whether a known key stands for the same body; <c>null</c> when it is not known.</summary>
    private static bool? IsKnown(InMemoryThread thread, Dictionary<string, Signal> added, Signal signal) =>
        added.TryGetValue(signal.Key, out var earlier)
            ? earlier.Body.Span.SequenceEqual(signal.Body.Span)
            : thread.FindSignal(signal.Key)?.Says(signal.Body.Span);

    private InMemoryExecution? Named(TenantId tenant, Signal signal) =>
        signal.Execution is { } id ? state.FindExecution(tenant, id) : null;

    private void Cancel(InMemoryThread thread, InMemoryExecution execution, string key, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        thread.AddSignal(SignalKind.Cancel, execution.Record.Id, key, body, now);
        execution.LastCancel = thread.SignalNumber;
        Announce(thread, now);
    }

    private void Announce(InMemoryThread thread, DateTimeOffset now)
    {
        thread.UpdatedAt = now;
        if (thread.Holder is null)
            state.MakeReady(thread);
        else
            state.Wakeups.Publish(new Wakeup(WakeupKind.Signalled, thread.Key));
    }

    private SubmitResult Recognise(InMemoryExecution known, Submission submission, DateTimeOffset now)
    {
        if (known.Fingerprint != submission.Fingerprint)
            return new SubmitResult(SubmitOutcome.KeyConflict, known.Record);
        return new SubmitResult(SubmitOutcome.Replayed, known.Record, RepeatLease(known, submission, now));
    }

    /// <summary>
    /// The very same call after a lost answer must not leave a thread leased to a session that does not know it. Only the same id
    /// is the same call: others with the same key must not get a second loop going.
    /// </summary>
    private TakenThread? RepeatLease(InMemoryExecution known, Submission submission, DateTimeOffset now)
    {
        if (submission.LeaseTo is not { } lease || known.Record.Id != submission.Id
            || !state.TryGetThread(known.Thread.Key, now, out var thread) || thread.Current != known
            || thread.Holder is not { } holder || holder.Id != lease.Session)
        {
            return null;
        }

        var last = thread.Entries[^1];
        return last.Execution is null && last.Epoch == thread.Epoch && (thread.Position == 1 || thread.Entries[^2].Epoch < thread.Epoch)
            ? new TakenThread(thread.Key, thread.Epoch, last, thread.SignalNumber, thread.Crashes, known.Record)
            : null;
    }

    private static SubmitResult? Refuse(InMemoryThread thread, Submission submission) => submission.WhenBusy switch
    {
        BusyStrategy.Reject => new SubmitResult(SubmitOutcome.Busy, thread.Current?.Record),
        null when thread.Open is { Record.Status: ExecutionStatus.Interrupted } open =>
            new SubmitResult(SubmitOutcome.ThreadInterrupted, open.Record),
        _ => null,
    };
}
