using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Outbox rows on the writer's connection. Only the first open row of a lane, its head, can be taken.</summary>
internal sealed class OutboxTable(Connection connection)
{
    private const string Columns = "number, delivery, tenant, name, destination, body, attempt, written_at";
    private const string Source = "outbox JOIN threads ON threads.id = outbox.thread AND threads.name IS NOT NULL";

    public bool Contains(Guid delivery)
    {
        using var query = connection.Use("SELECT 1 FROM outbox WHERE delivery = ?");
        return query.Bind(delivery).Step();
    }

    public void Add(ThreadRow thread, OutboxRow row, DateTimeOffset now)
    {
        using var insert = connection.Use(
            """
            INSERT INTO outbox (delivery, thread, destination, body, written_at, due, owner, in_flight, attempt, is_head, is_dead)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0,
              NOT EXISTS (SELECT 1 FROM outbox WHERE thread = ?2 AND destination = ?3 AND is_dead = 0), 0)
            """);
        insert.Bind(row.Delivery).Bind(thread.Id).Bind(row.Destination).Bind(row.Body.Span).Bind(now)
            .Bind(now + StorageLimits.OutboxOwnership).Bind(thread.Place.Holder).Run();
    }

    public List<OutboxDelivery> Take(OpenedSession session, int max, DateTimeOffset now, TenantTable tenants)
    {
        var taken = new List<(long Number, OutboxDelivery Delivery)>();
        using (var own = connection.Use(
            $"SELECT {Columns} FROM {Source} WHERE owner = ? AND in_flight = 0 AND is_head = 1 ORDER BY number LIMIT ?"))
        {
            Read(own.Bind(session.Number).Bind(max), taken, tenants, max);
        }

        using (var due = connection.Use(
            $"SELECT {Columns} FROM {Source} WHERE is_head = 1 AND outbox.due <= ? ORDER BY outbox.due, number LIMIT ?"))
        {
            // What the first query found may come again here.
            Read(due.Bind(now).Bind(2L * max), taken, tenants, max);
        }

        foreach (var (number, _) in taken)
        {
            using var update = connection.Use(
                "UPDATE outbox SET owner = ?, in_flight = 1, attempt = attempt + 1, due = ? WHERE number = ?");
            update.Bind(session.Number).Bind(now + StorageLimits.OutboxOwnership).Bind(number).Run();
        }

        return taken.ConvertAll(row => row.Delivery);
    }

    public void Settle(Guid delivery, OutboxSettlement settlement, DateTimeOffset now)
    {
        if (settlement.Kind == OutboxSettlementKind.Retry)
        {
            using var retry = connection.Use(
                "UPDATE outbox SET owner = NULL, in_flight = 0, due = ?, reason = ? WHERE delivery = ? AND is_dead = 0");
            retry.Bind(settlement.RetryAt ?? now).Bind(settlement.Reason).Bind(delivery).Run();
            return;
        }

        if (Find(delivery) is not { } row)
            return;
        if (settlement.Kind == OutboxSettlementKind.Delivered)
        {
            using var delete = connection.Use("DELETE FROM outbox WHERE number = ?");
            delete.Bind(row.Number).Run();
        }
        else
        {
            using var bury = connection.Use(
                "UPDATE outbox SET is_dead = 1, is_head = 0, owner = NULL, in_flight = 0, reason = ? WHERE number = ?");
            bury.Bind(settlement.Reason).Bind(row.Number).Run();
        }

        using var next = connection.Use(
            """
            UPDATE outbox SET is_head = 1 WHERE is_head = 0 AND number =
              (SELECT min(number) FROM outbox WHERE thread = ? AND destination = ? AND is_dead = 0)
            """);
        next.Bind(row.Thread).Bind(row.Destination).Run();
    }

    /// <summary>A session has ended: what it wrote or tried is anybody's.</summary>
    public void Disown(long owner, DateTimeOffset now)
    {
        using var update = connection.Use("UPDATE outbox SET owner = NULL, in_flight = 0, due = ? WHERE owner = ?");
        update.Bind(now).Bind(owner).Run();
    }

    private (long Number, long Thread, string Destination)? Find(Guid delivery)
    {
        using var query = connection.Use("SELECT number, thread, destination FROM outbox WHERE delivery = ? AND is_dead = 0");
        return query.Bind(delivery).Step() ? (query.Long(0), query.Long(1), query.Text(2)) : null;
    }

    private static void Read(Statement rows, List<(long Number, OutboxDelivery Delivery)> into, TenantTable tenants, int max)
    {
        while (into.Count < max && rows.Step())
        {
            var number = rows.Long(0);
            if (into.Exists(row => row.Number == number))
                continue;
            var row = new OutboxRow(rows.Guid(1), rows.Text(4), rows.Blob(5));
            var thread = new ThreadKey(tenants.NameOf(rows.Long(2)), rows.Text(3));
            into.Add((number, new OutboxDelivery(row, thread, rows.Int(6) + 1, rows.Time(7))));
        }
    }
}
