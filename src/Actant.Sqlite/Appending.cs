using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Appends, decided in the order that the contract states, inside the writer's transaction.</summary>
internal static class Appending
{
    public static AppendResult Append(WriteScope scope, AppendRequest request)
    {
        if (scope.Threads.Find(request.Thread) is not { } thread)
            return new AppendResult(AppendOutcome.LeaseLost, 0);

        var holds = thread.IsLeased && thread.Epoch == request.Epoch;
        if (StandsThere(scope, thread, request))
        {
            return SameIds(scope, thread, request)
                ? new AppendResult(AppendOutcome.Replayed, thread.SignalNumber, LeaseIsGone: !holds)
                : new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);
        }

        if (!holds)
            return new AppendResult(AppendOutcome.LeaseLost, thread.SignalNumber);
        if (request.Position != thread.Position + 1)
            return new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);

        var changes = Resolve(scope, thread, request);
        foreach (var (execution, change) in changes)
        {
            if (execution.Number == thread.Place.Current && change.Status.IsEnd() && execution.LastCancel > request.SeenSignal)
                return new AppendResult(AppendOutcome.CancelRequested, thread.SignalNumber);
        }

        Store(scope, thread, request, changes);
        return new AppendResult(AppendOutcome.Stored, thread.SignalNumber);
    }

    private static bool StandsThere(WriteScope scope, ThreadRow thread, AppendRequest request) =>
        request.Entries.Count > 0 && request.Position <= thread.Position
        && scope.Journal.IdAt(thread.Id, request.Position) == request.Entries[0].Id;

    private static bool SameIds(WriteScope scope, ThreadRow thread, AppendRequest request)
    {
        for (var i = 1; i < request.Entries.Count; i++)
        {
            if (scope.Journal.IdAt(thread.Id, request.Position + i) != request.Entries[i].Id)
                return false;
        }

        return true;
    }

    /// <summary>Everything that is a fault of the caller, before anything is touched.</summary>
    private static List<(ExecutionRow Execution, ExecutionChange Change)> Resolve(
        WriteScope scope, ThreadRow thread, AppendRequest request)
    {
        var changes = new List<(ExecutionRow Execution, ExecutionChange Change)>(request.Executions.Count);
        var open = thread.Place.IsOpen ? thread.Place.Current : null;
        foreach (var change in request.Executions)
        {
            var execution = scope.Executions.Find(thread.Tenant, thread.Key.Tenant, change.Execution);
            if (execution is null || execution.Thread != thread.Id)
                throw new ArgumentException($"Execution {change.Execution} is not of thread {request.Thread}.", nameof(request));
            if (execution.Record.Status.IsEnd() || changes.Exists(earlier => earlier.Execution.Number == execution.Number))
                throw new ArgumentException($"Execution {change.Execution} has ended, or is named twice.", nameof(request));
            if (change.Status == ExecutionStatus.Pending && !execution.IsPending)
                throw new ArgumentException($"Execution {change.Execution} has started: it is never pending again.", nameof(request));
            if (execution.Number == open && change.Status.IsEnd())
                open = null;
            else if (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted && (open ??= execution.Number) != execution.Number)
                throw new ArgumentException($"Thread {request.Thread} has another open execution.", nameof(request));
            changes.Add((execution, change));
        }

        var deliveries = request.Outbox.Count > 0 ? new HashSet<Guid>() : null;
        foreach (var row in request.Outbox)
        {
            if (!deliveries!.Add(row.Delivery) || scope.Outbox.Contains(row.Delivery))
                throw new ArgumentException($"Delivery {row.Delivery} exists already.", nameof(request));
        }

        return changes;
    }

    private static void Store(
        WriteScope scope, ThreadRow thread, AppendRequest request, List<(ExecutionRow Execution, ExecutionChange Change)> changes)
    {
        var now = scope.Now;
        foreach (var entry in request.Entries)
            scope.Journal.Append(thread, entry.Id, entry.Execution, thread.Epoch, entry.Body);
        foreach (var number in request.Consumed)
            scope.Inbox.Consume(thread, number);
        foreach (var (execution, change) in changes)
            Apply(scope, thread, execution, change, now);
        foreach (var row in request.Outbox)
            scope.Outbox.Add(thread, row, now);
        foreach (var amount in request.Usage)
            scope.Usage.Add(thread.Tenant, now, amount);

        thread.Format = Math.Max(thread.Format, request.Format);
        thread.Seen = Math.Max(thread.Seen, request.SeenSignal);
        thread.UpdatedAt = now;
        if (request.IsStep)
            thread.Crashes = thread.DiedAlone = 0;
        if (changes.Count > 0)
            scope.Threads.ChooseCurrent(thread);
        if (request.Lease != LeaseChange.Keep)
            GiveBack(scope, thread, request);
        scope.Threads.Save(thread);
    }

    private static void Apply(WriteScope scope, ThreadRow thread, ExecutionRow execution, ExecutionChange change, DateTimeOffset now)
    {
        var record = execution.Record;
        var ends = change.Status.IsEnd();
        if (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted)
            thread.Place = thread.Place with { IsOpen = true, Current = execution.Number, Rank = Ageing.Rank(record.CreatedAt, record.Priority) };
        else if (ends && thread.Place.Current == execution.Number)
            thread.Place = thread.Place with { IsOpen = false, Current = null };

        if (ends && record.StartPosition is null)
            scope.Inbox.ConsumeInput(thread, record.Id);
        scope.Executions.Save(execution.Number, record with
        {
            Status = change.Status,
            StartPosition = change.StartPosition ?? record.StartPosition,
            Failure = change.Failure ?? record.Failure,
            Tokens = change.Tokens ?? record.Tokens,
            CostUsd = change.CostUsd ?? record.CostUsd,
            StartedAt = record.StartedAt ?? (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted ? now : null),
            EndedAt = ends ? now : null,
            EndPosition = ends ? thread.Position : null,
        });
    }

    private static void GiveBack(WriteScope scope, ThreadRow thread, AppendRequest request)
    {
        thread.Place = thread.Place with { Holder = null };
        if (thread.SignalNumber > request.SeenSignal || thread.NextWaits || (request.Lease == LeaseChange.Release && thread.Place.IsOpen))
        {
            thread.MakeReady();
            scope.WakeForWork();
        }
        else if (request.Lease == LeaseChange.Sleep)
        {
            thread.Place = thread.Place with { Due = request.Due, Needs = request.Needs.Count > 0 ? string.Join('\n', request.Needs.Order(StringComparer.Ordinal)) : null };
            if (thread.Place.Needs is not null)
                scope.WakeForWork();
        }
    }
}
