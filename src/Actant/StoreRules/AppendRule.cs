using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Appends, decided in the order that the contract states.</summary>
/// <remarks>In PostgreSQL: <c>actant_append_each</c>, and <c>actant_append</c> for those that go their ordinary way.</remarks>
internal static class AppendRule
{
    /// <summary>Whether entries may stand there already: only then need their ids be read.</summary>
    public static bool MayStand(ThreadRow thread, AppendRequest request) => request.Entries.Count > 0 && request.Position <= thread.Position;

    /// <summary>Why nothing is stored, as far as the thread tells: recognition comes before the epoch, and that before the position.</summary>
    /// <param name="thread">The thread, if there is one.</param>
    /// <param name="request">The append.</param>
    /// <param name="standing">The ids of what stands where the entries go, as far as the journal goes.</param>
    public static AppendResult? Refuse(ThreadRow? thread, AppendRequest request, IEnumerable<Guid> standing)
    {
        if (thread is null)
            return new AppendResult(AppendOutcome.LeaseLost, 0);
        var holds = thread.IsLeased && thread.Epoch == request.Epoch;
        if (AreTheSame(request.Entries, standing) is { } isReplay)
        {
            return isReplay
                ? new AppendResult(AppendOutcome.Replayed, thread.SignalNumber, LeaseIsGone: !holds)
                : new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);
        }

        if (!holds)
            return new AppendResult(AppendOutcome.LeaseLost, thread.SignalNumber);
        return request.Position == thread.Position + 1 ? null : new AppendResult(AppendOutcome.PositionConflict, thread.SignalNumber);
    }

    /// <summary>Whether an end is refused because of a cancel that the holder has not seen. Before it all that is a fault of the caller.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="request">The append.</param>
    /// <param name="executions">The rows of the executions that it changes, in its order.</param>
    /// <exception cref="ArgumentException">A change of what cannot be changed so.</exception>
    public static AppendResult? RefuseChanges(ThreadRow thread, AppendRequest request, IReadOnlyList<ExecutionRow?> executions)
    {
        var (open, isCancelled) = (thread.Open, false);
        for (var i = 0; i < executions.Count; i++)
        {
            var change = request.Executions[i];
            if (executions[i] is not { } execution || execution.Thread != thread.Number)
                throw new ArgumentException($"Execution {change.Execution} is not of thread {request.Thread}.", nameof(request));
            if (execution.Record.Status.IsEnd() || IsNamedBefore(executions, i))
                throw new ArgumentException($"Execution {change.Execution} has ended, or is named twice.", nameof(request));
            if (change.Status == ExecutionStatus.Pending && !execution.IsPending)
                throw new ArgumentException($"Execution {change.Execution} has started: it is never pending again.", nameof(request));
            if (execution.Number == open && change.Status.IsEnd())
                open = null;
            else if (IsOpen(change) && (open ??= execution.Number) != execution.Number)
                throw new ArgumentException($"Thread {request.Thread} has another open execution.", nameof(request));
            isCancelled |= execution.Number == thread.Place.Current && change.Status.IsEnd() && execution.LastCancel > request.SeenSignal;
        }

        return isCancelled ? new AppendResult(AppendOutcome.CancelRequested, thread.SignalNumber) : null;
    }

    /// <summary>No delivery is written twice.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public static void CheckDeliveries(AppendRequest request, Func<Guid, bool> exists)
    {
        var deliveries = new HashSet<Guid>();
        foreach (var row in request.Outbox)
        {
            if (!deliveries.Add(row.Delivery) || exists(row.Delivery))
                throw new ArgumentException($"Delivery {row.Delivery} exists already.", nameof(request));
        }
    }

    /// <summary>What a change means for the thread. After all of them another execution may be the current one.</summary>
    public static void Change(ThreadRow thread, ExecutionRow execution, ExecutionChange change)
    {
        if (IsOpen(change))
            thread.Place = thread.Place with { IsOpen = true, Current = execution.Number, Rank = execution.Rank };
        else if (change.Status.IsEnd() && thread.Place.Current == execution.Number)
            thread.Place = thread.Place with { IsOpen = false, Current = null };
    }

    /// <summary>What an append means for the thread besides its entries, signals and executions.</summary>
    public static void Store(ThreadRow thread, AppendRequest request, DateTimeOffset now)
    {
        thread.Format = Math.Max(thread.Format, request.Format);
        thread.Seen = Math.Max(thread.Seen, request.SeenSignal);
        thread.UpdatedAt = now;
        if (request.IsStep)
            thread.Crashes = thread.DiedAlone = 0;
    }

    /// <summary>What becomes of the lease, last of all. <c>true</c>: somebody may take the thread, who may be idle.</summary>
    public static bool GiveBack(ThreadRow thread, AppendRequest request)
    {
        if (request.Lease == LeaseChange.Keep)
            return false;
        var place = thread.Place;
        var nextWaits = place is { Current: not null, IsOpen: false };
        if (thread.SignalNumber > request.SeenSignal || nextWaits || (request.Lease == LeaseChange.Release && place.IsOpen))
        {
            thread.Place = place with { Holder = null, Ready = true, Due = null };
            return true;
        }

        if (request.Lease != LeaseChange.Sleep)
        {
            thread.Place = place with { Holder = null };
            return false;
        }

        var needs = request.Needs.Count > 0 ? string.Join('\n', request.Needs.Order(StringComparer.Ordinal)) : null;
        thread.Place = place with { Holder = null, Due = request.Due, Needs = needs };
        return needs is not null;
    }

    private static bool IsOpen(ExecutionChange change) => change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted;

    /// <summary>Whether it is the same append that stands there; <c>null</c> when the first entry is another one.</summary>
    private static bool? AreTheSame(IReadOnlyList<EncodedEntry> entries, IEnumerable<Guid> standing)
    {
        var same = 0;
        foreach (var id in standing)
        {
            if (same == entries.Count || id != entries[same].Id)
                break;
            same++;
        }

        return same == 0 ? null : same == entries.Count;
    }

    private static bool IsNamedBefore(IReadOnlyList<ExecutionRow?> executions, int place)
    {
        for (var i = 0; i < place; i++)
        {
            if (executions[i]!.Number == executions[place]!.Number)
                return true;
        }

        return false;
    }
}
