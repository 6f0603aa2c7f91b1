using System.Text.Json;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Outbox rows on the writer's connection. Only the first open row of a lane, its head, can be taken.</summary>
internal sealed class OutboxTable(Connection connection)
{
    private const string Columns = "number, delivery, threads.tenant, name, destination, body, attempt, written_at, coalesce(since, written_at), held_with";
    private const string Requested =
        "coalesce(held_with, '') NOT IN (SELECT value FROM json_each(?3)) AND threads.tenant NOT IN (SELECT t.id FROM tenants t JOIN json_each(?4) j ON j.value = t.name)";

    private const string Source = "outbox JOIN threads ON threads.id = outbox.thread AND threads.name IS NOT NULL";

    public bool Contains(Guid delivery)
    {
        using var query = connection.Use("SELECT 1 FROM outbox WHERE delivery = ?");
        return query.Bind(delivery).Step();
    }

    public void Add(SqliteThread thread, OutboxRow row, DateTimeOffset now)
    {
        using var insert = connection.Use(
            """
            INSERT INTO outbox (delivery, thread, destination, body, written_at, due, owner, in_flight, attempt, is_head, is_dead, tenant, held_with)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0,
              NOT EXISTS (SELECT 1 FROM outbox WHERE thread = ?2 AND destination = ?3 AND is_dead = 0), 0, ?8, ?9)
            """);
        insert.Bind(row.Delivery).Bind(thread.Number).Bind(row.Destination).Bind(row.Body.Span).Bind(now)
            .Bind(now + StorageLimits.OutboxOwnership).Bind(thread.Place.Holder)
            .Bind(thread.Tenant).Bind(row.Group).Run();
    }

    /// <summary>When the first row may be taken by anybody.</summary>
    public DateTimeOffset? NextDue()
    {
        using var query = connection.Use("SELECT due FROM outbox WHERE is_head = 1 ORDER BY due LIMIT 1");
        return query.Step() ? query.Time(0) : null;
    }

    public List<OutboxDelivery> Take(OpenedSession session, OutboxTakeRequest request, DateTimeOffset now, TenantTable tenants)
    {
        var max = StorageLimits.ClampLimit(request.Max);
        var groups = JsonSerializer.Serialize([.. request.ExceptGroups], SqliteJson.Default.StringArray);
        var except = JsonSerializer.Serialize([.. request.ExceptTenants.Select(static tenant => tenant.Value)], SqliteJson.Default.StringArray);
        var taken = new List<(long Number, OutboxDelivery Delivery)>();
        using (var own = connection.Use(
            $"SELECT {Columns} FROM {Source} WHERE owner = ?1 AND in_flight = 0 AND is_head = 1 AND {Requested} ORDER BY number LIMIT ?2"))
        {
            Read(own.Bind(session.Number).Bind(max).Bind(groups).Bind(except), taken, tenants, max);
        }

        using (var due = connection.Use(
            $"SELECT {Columns} FROM {Source} WHERE is_head = 1 AND outbox.due <= ?1 AND {Requested} ORDER BY outbox.due, number LIMIT ?2"))
        {
            // What the first query found may come again here.
            Read(due.Bind(now).Bind(2L * max).Bind(groups).Bind(except), taken, tenants, max);
        }

        foreach (var (number, _) in taken)
        {
            using var update = connection.Use(
                "UPDATE outbox SET owner = ?, in_flight = 1, attempt = attempt + 1, due = ? WHERE number = ?");
            update.Bind(session.Number).Bind(now + StorageLimits.OutboxOwnership).Bind(number).Run();
        }

        return taken.ConvertAll(row => row.Delivery);
    }

    public bool Settle(Guid delivery, OutboxSettlement settlement, DateTimeOffset now)
    {
        if (Find(delivery) is not { } row || !OutboxRule.Counts(settlement, row.Attempt))
            return false;
        if (OutboxRule.Again(settlement, row.Attempt, row.Reason, now) is { } again)
        {
            using var retry = connection.Use("UPDATE outbox SET owner = NULL, in_flight = 0, due = ?, attempt = ?, reason = ? WHERE number = ?");
            retry.Bind(again.Due).Bind(again.Attempt).Bind(again.Reason).Bind(row.Number).Run();
            return false;
        }

        if (!OutboxRule.IsBuried(settlement))
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
            UPDATE outbox SET is_head = 1, due = min(due, ?3) WHERE is_head = 0 AND number =
              (SELECT min(number) FROM outbox WHERE thread = ?1 AND destination = ?2 AND is_dead = 0)
            """);
        return next.Bind(row.Thread).Bind(row.Destination).Bind(now).Run() > 0;
    }

    public bool Resend(long tenant, Guid delivery, DateTimeOffset now)
    {
        using var resend = connection.Use(
            """
            UPDATE outbox AS o SET number = (SELECT max(number) + 1 FROM outbox), is_dead = 0, attempt = 0, reason = NULL, due = ?3, since = ?3,
                is_head = NOT EXISTS (SELECT 1 FROM outbox l WHERE l.thread = o.thread AND l.destination = o.destination AND l.is_dead = 0)
              WHERE delivery = ?2 AND is_dead = 1 AND tenant = ?1 AND EXISTS (SELECT 1 FROM threads t WHERE t.id = o.thread AND t.name IS NOT NULL)
            """);
        return resend.Bind(tenant).Bind(delivery).Bind(now).Run() > 0;
    }

    /// <summary>A session has ended: what it wrote or tried is anybody's.</summary>
    public void Disown(long owner, DateTimeOffset now)
    {
        using var update = connection.Use("UPDATE outbox SET owner = NULL, in_flight = 0, due = ? WHERE owner = ?");
        update.Bind(now).Bind(owner).Run();
    }

    private (long Number, long Thread, string Destination, int Attempt, string? Reason)? Find(Guid delivery)
    {
        using var query = connection.Use("SELECT number, thread, destination, attempt, reason FROM outbox WHERE delivery = ? AND is_dead = 0");
        return query.Bind(delivery).Step() ? (query.Long(0), query.Long(1), query.Text(2), query.Int(3), query.TextOrNull(4)) : null;
    }

    private static void Read(Statement rows, List<(long Number, OutboxDelivery Delivery)> into, TenantTable tenants, int max)
    {
        while (into.Count < max && rows.Step())
        {
            var number = rows.Long(0);
            if (into.Exists(row => row.Number == number))
                continue;
            var row = new OutboxRow(rows.Guid(1), rows.Text(4), rows.Blob(5)) { Group = rows.TextOrNull(9) };
            var thread = new ThreadKey(tenants.NameOf(rows.Long(2)), rows.Text(3));
            into.Add((number, new OutboxDelivery(row, thread, rows.Int(6) + 1, rows.Time(7), rows.Time(8))));
        }
    }
}
