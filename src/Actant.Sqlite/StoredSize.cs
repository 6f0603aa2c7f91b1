using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// What is stored of a tenant. A thread's row counts its entries and blobs with every append; of all else the lengths are summed, for which
/// SQLite reads the heads of the rows and no content.
/// </summary>
internal static class StoredSize
{
    public static StoredBytes Read(Connection connection, TenantId tenant)
    {
        using var query = connection.Use(
            """
            WITH n AS (SELECT id FROM tenants WHERE name = ?)
            SELECT
              (SELECT coalesce(sum(t.bytes), 0) FROM n JOIN threads t ON t.tenant = n.id)
                + (SELECT coalesce(sum(length(s.content)), 0) FROM n JOIN threads t ON t.tenant = n.id JOIN snapshots s ON s.thread = t.id),
              (SELECT coalesce(sum(length(i.body)), 0) FROM n JOIN threads t ON t.tenant = n.id
                JOIN inbox i ON i.slot >= t.id << 28 AND i.slot < (t.id + 1) << 28),
              (SELECT coalesce(sum(length(o.body)), 0) FROM n JOIN outbox o ON o.tenant = n.id AND o.is_dead = 0)
                + (SELECT coalesce(sum(length(o.body)), 0) FROM n JOIN outbox o ON o.tenant = n.id AND o.is_dead = 1),
              (SELECT coalesce(sum(length(d.content)), 0) FROM n JOIN definitions d ON d.tenant = n.id)
                + (SELECT coalesce(sum(length(v.body)), 0) FROM n JOIN records r ON r.tenant = n.id JOIN record_versions v ON v.record = r.number)
            """);
        return query.Bind(tenant.Value).Step() ? new StoredBytes(query.Long(0), query.Long(1), query.Long(2), query.Long(3)) : new StoredBytes(0, 0, 0, 0);
    }
}
