using Actant.Storage;
namespace Actant.InMemory;

/// <summary>All open outbox rows. Only the first row of a lane stands in the order in which rows are taken.</summary>
internal sealed class InMemoryOutbox
{
    private readonly Dictionary<Guid, InMemoryOutboxRow> _rows = [];
    private readonly SortedSet<InMemoryOutboxRow> _heads = new(Comparer<InMemoryOutboxRow>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    private long _sequence;

    public bool Contains(Guid delivery) => _rows.ContainsKey(delivery);

    public void Add(OutboxRow row, InMemoryThread thread, InMemorySession writer, DateTimeOffset now)
    {
        var copy = row with { Body = row.Body.ToArray() };
        var added = new InMemoryOutboxRow(++_sequence, copy, thread, now) { Owner = writer, Due = now + StorageLimits.OutboxOwnership };
        _rows.Add(row.Delivery, added);
        writer.Outbox.Add(added);
        if (!thread.Lanes.TryGetValue(row.Destination, out var lane))
            thread.Lanes.Add(row.Destination, lane = new Queue<InMemoryOutboxRow>());
        lane.Enqueue(added);
        if (lane.Count == 1)
            _heads.Add(added);
    }

    public List<OutboxDelivery> Take(InMemorySession session, int max, DateTimeOffset now)
    {
        var chosen = session.Outbox.Where(row => !row.IsInFlight && IsHead(row)).OrderBy(row => row.Sequence).Take(max).ToList();
        foreach (var row in _heads)
        {
            if (chosen.Count >= max || row.Due > now)
                break;
            if (!chosen.Contains(row))
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

    public void Settle(Guid delivery, OutboxSettlement settlement, DateTimeOffset now)
    {
        if (!_rows.TryGetValue(delivery, out var row) || row.IsDead)
            return;
        row.Reason = settlement.Reason;
        row.IsInFlight = false;
        if (settlement.Kind == OutboxSettlementKind.Retry)
        {
            Own(row, null, settlement.RetryAt ?? now);
            return;
        }

        Forget(row);
        LeaveLane(row);
        if (settlement.Kind != OutboxSettlementKind.Dead)
            return;
        row.IsDead = true;
        row.Thread.Dead.Add(row);
        _rows.Add(delivery, row);
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

    private void LeaveLane(InMemoryOutboxRow row)
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

        if (lane.TryPeek(out var next))
            _heads.Add(next);
        else
            row.Thread.Lanes.Remove(row.Row.Destination);
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

    private static bool IsHead(InMemoryOutboxRow row) => row.Thread.Lanes[row.Row.Destination].Peek() == row;
}
