using Actant.Storage;
namespace Actant.InMemory;

/// <summary>Appends, decided in the order that the contract states. Everything here needs the store's lock.</summary>
internal sealed class InMemoryAppending(InMemoryState state)
{
    public AppendResult Append(AppendRequest request)
    {
        var now = state.Now;
        if (!state.TryGetThread(request.Thread, now, out var thread))
            return new AppendResult(AppendOutcome.LeaseLost, 0);

        var holds = thread.Holder is not null && thread.Epoch == request.Epoch;
        if (StandsThere(thread, request))
        {
            return SameIds(thread, request)
                ? new AppendResult(AppendOutcome.Replayed, thread.SignalNumber, LeaseIsGone: !holds)
                : new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);
        }

        if (!holds)
            return new AppendResult(AppendOutcome.LeaseLost, thread.SignalNumber);
        if (request.Position != thread.Position + 1)
            return new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);

        var changes = Resolve(thread, request);
        if (changes.Exists(change => change.Execution == thread.Current && change.Change.Status.IsEnd()
            && change.Execution.LastCancel > request.SeenSignal))
        {
            return new AppendResult(AppendOutcome.CancelRequested, thread.SignalNumber);
        }

        Store(thread, request, changes, now);
        return new AppendResult(AppendOutcome.Stored, thread.SignalNumber);
    }

    private static bool StandsThere(InMemoryThread thread, AppendRequest request) =>
        request.Entries.Count > 0 && request.Position <= thread.Position
        && thread.Entries[(int)request.Position - 1].Id == request.Entries[0].Id;

    private static bool SameIds(InMemoryThread thread, AppendRequest request)
    {
        for (var i = 0; i < request.Entries.Count; i++)
        {
            var position = request.Position + i;
            if (position > thread.Position || thread.Entries[(int)position - 1].Id != request.Entries[i].Id)
                return false;
        }

        return true;
    }

    /// <summary>Everything that is a fault of the caller, before anything is touched.</summary>
    private List<(InMemoryExecution Execution, ExecutionChange Change)> Resolve(InMemoryThread thread, AppendRequest request)
    {
        var changes = new List<(InMemoryExecution, ExecutionChange)>(request.Executions.Count);
        var open = thread.Open;
        foreach (var change in request.Executions)
        {
            var execution = state.FindExecution(request.Thread.Tenant, change.Execution);
            if (execution is null || execution.Thread != thread)
                throw new ArgumentException($"Execution {change.Execution} is not of thread {request.Thread}.", nameof(request));
            if (execution.Record.Status.IsEnd() || changes.Exists(earlier => earlier.Item1 == execution))
                throw new ArgumentException($"Execution {change.Execution} has ended, or is named twice.", nameof(request));
            if (change.Status == ExecutionStatus.Pending && !execution.IsPending)
                throw new ArgumentException($"Execution {change.Execution} has started: it is never pending again.", nameof(request));
            if (execution == open && change.Status.IsEnd())
                open = null;
            else if (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted && (open ??= execution) != execution)
                throw new ArgumentException($"Thread {request.Thread} has another open execution.", nameof(request));
            changes.Add((execution, change));
        }

        var deliveries = new HashSet<Guid>();
        foreach (var row in request.Outbox)
        {
            if (state.Outbox.Contains(row.Delivery) || !deliveries.Add(row.Delivery))
                throw new ArgumentException($"Delivery {row.Delivery} exists already.", nameof(request));
        }

        return changes;
    }

    private void Store(
        InMemoryThread thread, AppendRequest request, List<(InMemoryExecution Execution, ExecutionChange Change)> changes, DateTimeOffset now)
    {
        foreach (var entry in request.Entries)
            thread.Append(entry.Id, entry.Execution, thread.Epoch, entry.Body);
        foreach (var number in request.Consumed)
            thread.Consume(number);
        foreach (var (execution, change) in changes)
        {
            Apply(thread, execution, change, now);
            if (change.Status.IsEnd() || change.Status == ExecutionStatus.Interrupted)
                state.NotifyAccepter(execution, thread.Holder!);
        }

        foreach (var row in request.Outbox)
            state.Outbox.Add(row, thread, thread.Holder!, now);
        foreach (var amount in request.Usage)
            state.Count(thread.Key.Tenant, amount);

        thread.Format = Math.Max(thread.Format, request.Format);
        thread.Seen = Math.Max(thread.Seen, request.SeenSignal);
        thread.UpdatedAt = now;
        if (request.IsStep)
            thread.Crashes = thread.DiedAlone = 0;
        thread.ChooseCurrent();
        if (request.Lease != LeaseChange.Keep)
            GiveBack(thread, request);
    }

    private static void Apply(InMemoryThread thread, InMemoryExecution execution, ExecutionChange change, DateTimeOffset now)
    {
        var record = execution.Record;
        var ends = change.Status.IsEnd();
        if (ends && record.StartPosition is null)
            thread.ConsumeInput(record.Id);
        if (change.Status != ExecutionStatus.Pending)
        {
            thread.Pending.Remove(execution);
            if (!ends)
                thread.Open = execution;
            else if (thread.Open == execution)
                thread.Open = null;
        }

        execution.Record = record with
        {
            Status = change.Status,
            StartPosition = change.StartPosition ?? record.StartPosition,
            Failure = change.Failure ?? record.Failure,
            Tokens = change.Tokens ?? record.Tokens,
            CostUsd = change.CostUsd ?? record.CostUsd,
            StartedAt = record.StartedAt ?? (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted ? now : null),
            EndedAt = ends ? now : null,
            EndPosition = ends ? thread.Position : null,
        };
    }

    private void GiveBack(InMemoryThread thread, AppendRequest request)
    {
        state.Unlease(thread);
        var nextWaits = thread.Current is { IsPending: true };
        if (thread.SignalNumber > request.SeenSignal || nextWaits || (request.Lease == LeaseChange.Release && thread.Open is not null))
            state.MakeReady(thread);
        else if (request.Lease == LeaseChange.Sleep)
        {
            state.Schedule.Sleep(thread, request.Due, request.Needs);
            if (request.Needs.Count > 0)
                state.Wakeups.Publish(new Wakeup(WakeupKind.WorkIsReady));
        }
    }
}
