using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Pages of outbox rows, from new to old.</summary>
internal static class OutboxReading
{
    private const string Select =
        """
        SELECT o.number, o.delivery, t.name, o.destination, o.body, o.attempt, o.written_at, o.due, o.reason, o.held_with
          FROM outbox o JOIN threads t ON t.id = o.thread AND t.name IS NOT NULL
          WHERE o.tenant = (SELECT id FROM tenants WHERE name = ?1) AND o.number < ?2
        """;

    public static Page<OutboxRecord> List(Connection connection, TenantId tenant, bool dead, PageCursor? after, int limit)
    {
        var count = StorageLimits.ClampLimit(limit);
        var rows = new List<(long Number, OutboxRecord Record)>();

        // One text per index that serves it.
        using var query = connection.Use($"{Select} AND o.is_dead = {(dead ? "1" : "0")} ORDER BY o.number DESC LIMIT ?3");
        query.Bind(tenant.Value).Bind(after?.Number ?? long.MaxValue).Bind((long)count + 1);
        while (query.Step())
        {
            rows.Add((query.Long(0), new OutboxRecord
            {
                Row = new OutboxRow(query.Guid(1), query.Text(3), query.Blob(4)) { Group = query.TextOrNull(9) },
                Thread = new ThreadKey(tenant, query.Text(2)),
                Attempts = query.Int(5),
                WrittenAt = query.Time(6),
                Due = query.Time(7),
                IsDead = dead,
                Reason = query.TextOrNull(8),
            }));
        }

        return PageRule.Cut(rows, count, static row => new PageCursor(DateTimeOffset.UnixEpoch, row.Number), static row => row.Record);
    }
}
