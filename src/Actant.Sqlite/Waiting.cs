using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Why an execution waits, and its tenant's share, read without the writer.</summary>
internal static class Waiting
{
    public static TenantShare Share(Connection connection, TenantId tenant)
    {
        using var query = connection.Use("SELECT weight, max_running, max_queued FROM tenants WHERE name = ?");
        return query.Bind(tenant.Value).Step() ? ShareTable.Read(query, 0) : TenantShare.Default;
    }

    public static ExecutionWait? Find(Connection connection, TenantId tenant, ExecutionId execution)
    {
        using var query = connection.Use(
            $"""
            SELECT n.weight, n.max_running, n.max_queued,
              (SELECT count(*) FROM threads h INDEXED BY threads_holder WHERE h.holder IS NOT NULL AND h.tenant = n.id),
              CASE WHEN t.ready = 1 AND t.current = e.number THEN (
                SELECT count(*) FROM (SELECT r.is_new, r.rank, r.current, r.id FROM threads r
                    WHERE r.ready = 1 AND r.tenant = n.id ORDER BY r.is_new, r.rank, r.current, r.id LIMIT {ExecutionWait.MaxAhead}) b
                  WHERE (b.is_new, b.rank, coalesce(b.current, 0), b.id) < (t.is_new, t.rank, t.current, t.id)) END
            FROM tenants n JOIN executions e ON e.tenant = n.id JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL
            WHERE n.name = ? AND e.id = ? AND e.status = 0
            """);
        return query.Bind(tenant.Value).Bind(execution.Value).Step()
            ? new ExecutionWait((int?)query.LongOrNull(4), query.Int(3), ShareTable.Read(query, 0))
            : null;
    }
}
