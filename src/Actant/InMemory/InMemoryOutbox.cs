using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>All open outbox rows. Only the first row of a lane stands in the order in which rows are taken.</summary>
internal sealed class InMemoryOutbox
{
    private readonly Dictionary<Guid, InMemoryOutboxRow> _rows = [];
    private readonly SortedSet<InMemoryOutboxRow> _heads = new(Comparer<InMemoryOutboxRow>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    private long _sequence;

    public IEnumerable<InMemoryOutboxRow> Rows => _rows.Values;

    /// <summary>When the first row may be taken by anybody.</summary>
    public DateTimeOffset? NextDue => _heads.Min?.Due;

    public bool Contains(Guid delivery) => _rows.ContainsKey(delivery);

    public void Add(OutboxRow row, InMemoryThread thread, InMemorySession writer, DateTimeOffset now)
    {
        var copy = row with { Body = row.Body.ToArray() };
        var added = new InMemoryOutboxRow(++_sequence, copy, thread, now) { Owner = writer, Due = now + StorageLimits.OutboxOwnership };
        _rows.Add(row.Delivery, added);
        writer.Outbox.Add(added);
        Enqueue(added);
    }

    private void Enqueue(InMemoryOutboxRow row)
    {
        if (!row.Thread.Lanes.TryGetValue(row.Row.Destination, out var lane))
            row.Thread.Lanes.Add(row.Row.Destination, lane = new Queue<InMemoryOutboxRow>());
        lane.Enqueue(row);
        if (lane.Count == 1)
            _heads.Add(row);
    }

    public List<OutboxDelivery> Take(InMemorySession session, OutboxTakeRequest request, DateTimeOffset now)
    {
        var max = StorageLimits.ClampLimit(request.Max);
        var chosen = session.Outbox.Where(row => !row.IsInFlight && IsHead(row) && IsRequested(row, request)).OrderBy(row => row.Sequence).Take(max).ToList();
        foreach (var row in _heads)
        {
            if (chosen.Count >= max || row.Due > now)
                break;
            if (IsRequested(row, request) && !chosen.Contains(row))
                chosen.Add(row);
        }

        foreach (var row in chosen)
        {
            Own(row, session, now + StorageLimits.OutboxOwnership);
            row.IsInFlight = true;
            row.Attempt++;
        }

        return chosen.ConvertAll(row => row.ToDelivery());
    }

    public bool Settle(Guid delivery, OutboxSettlement settlement, DateTimeOffset now)
    {
        if (!_rows.TryGetValue(delivery, out var row) || row.IsDead || !OutboxRule.Counts(settlement, row.Attempt))
            return false;
        row.IsInFlight = false;
        if (OutboxRule.Again(settlement, row.Attempt, row.Reason, now) is { } again)
        {
            (row.Attempt, row.Reason) = (again.Attempt, again.Reason);
            Own(row, null, again.Due);
            return false;
        }

        Forget(row);
        var goesOn = LeaveLane(row, now);
        if (OutboxRule.IsBuried(settlement))
        {
            row.Reason = settlement.Reason;
            row.IsDead = true;
            row.Owner = null;
            row.Thread.Dead.Add(row);
            _rows.Add(delivery, row);
        }

        return goesOn;
    }

    public bool Resend(TenantId tenant, Guid delivery, DateTimeOffset now)
    {
        if (!_rows.TryGetValue(delivery, out var row) || !row.IsDead || row.Thread.Key.Tenant != tenant)
            return false;
        row.Thread.Dead.Remove(row);
        (row.IsDead, row.Attempt, row.Reason) = (false, 0, null);
        (row.Sequence, row.Due, row.ResentAt) = (++_sequence, now, now);
        Enqueue(row);
        return true;
    }

    /// <summary>A session has ended: what it wrote or tried is anybody's.</summary>
    public void Disown(InMemorySession session, DateTimeOffset now)
    {
        foreach (var row in session.Outbox.ToArray())
        {
            row.IsInFlight = false;
            Own(row, null, now);
        }
    }

    public void RemoveAll(InMemoryThread thread)
    {
        foreach (var row in thread.Lanes.Values.SelectMany(lane => lane).Concat(thread.Dead))
            Forget(row);
    }

    private bool LeaveLane(InMemoryOutboxRow row, DateTimeOffset now)
    {
        var lane = row.Thread.Lanes[row.Row.Destination];
        if (lane.Peek() == row)
        {
            lane.Dequeue();
        }
        else
        {
            // A late answer may settle a row that is no longer the first of its lane.
            lane = new Queue<InMemoryOutboxRow>(lane.Where(other => other != row));
            row.Thread.Lanes[row.Row.Destination] = lane;
        }

        if (!lane.TryPeek(out var next))
        {
            row.Thread.Lanes.Remove(row.Row.Destination);
            return false;
        }

        if (!_heads.Contains(next))
        {
            next.Due = next.Due < now ? next.Due : now;
            _heads.Add(next);
            return true;
        }

        return false;
    }

    private void Own(InMemoryOutboxRow row, InMemorySession? owner, DateTimeOffset due)
    {
        var isHead = _heads.Remove(row);
        row.Owner?.Outbox.Remove(row);
        owner?.Outbox.Add(row);
        row.Owner = owner;
        row.Due = due;
        if (isHead)
            _heads.Add(row);
    }

    private void Forget(InMemoryOutboxRow row)
    {
        _heads.Remove(row);
        _rows.Remove(row.Row.Delivery);
        row.Owner?.Outbox.Remove(row);
    }

    private static bool IsRequested(InMemoryOutboxRow row, OutboxTakeRequest request) =>
        (row.Row.Group is not { } group || !request.ExceptGroups.Contains(group)) && !request.ExceptTenants.Contains(row.Thread.Key.Tenant);

    private static bool IsHead(InMemoryOutboxRow row) => row.Thread.Lanes[row.Row.Destination].Peek() == row;
}
