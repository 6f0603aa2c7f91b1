using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Why an execution waits, its tenant's share, and how much waits at all, read without the writer.</summary>
internal static class Waiting
{
    private const string IsQuarantined = "t.ready = 1 AND t.current = e.number AND t.crashes + t.lost >= 2";

    public static TenantShare Share(Connection connection, TenantId tenant)
    {
        using var query = connection.Use("SELECT weight, max_running, max_queued FROM tenants WHERE name = ?");
        return query.Bind(tenant.Value).Step() ? ShareTable.Read(query, 0) : TenantShare.Default;
    }

    public static QueueDepth Measure(Connection connection, int max)
    {
        var ready = new Dictionary<TenantId, int>();
        DateTimeOffset? oldest = null;
        using var query = connection.Use(
            """
            SELECT n.name, r.ready, e.created_at FROM (
              SELECT tenant, count(*) AS ready, min(CASE WHEN is_new THEN current END) AS first
                FROM (SELECT tenant, is_new, current FROM threads INDEXED BY threads_ready WHERE ready = 1 LIMIT ?) GROUP BY tenant) r
              JOIN tenants n ON n.id = r.tenant LEFT JOIN executions e ON e.number = r.first
            """);
        query.Bind(max);
        while (query.Step())
        {
            ready.Add(new TenantId(query.Text(0)), query.Int(1));
            if (query.TimeOrNull(2) is { } accepted && !(oldest <= accepted))
                oldest = accepted;
        }

        return new QueueDepth(ready, oldest);
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
                  WHERE (b.is_new, b.rank, coalesce(b.current, 0), b.id) < (t.is_new, t.rank, t.current, t.id)) END,
              t.format,
              CASE WHEN {LeftTable.IsLeft} AND t.current = e.number THEN t.needs END,
              CASE WHEN {IsQuarantined} THEN t.crashes + t.lost ELSE 0 END
            FROM tenants n JOIN executions e ON e.tenant = n.id JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL
            WHERE n.name = ? AND e.id = ? AND (e.status = 0 OR (e.status < 3 AND {LeftTable.IsLeft} AND t.current = e.number) OR (e.status < 3 AND {IsQuarantined}))
            """);
        return query.Bind(tenant.Value).Bind(execution.Value).Step()
            ? new ExecutionWait((int?)query.LongOrNull(4), query.Int(3), ShareTable.Read(query, 0), query.Int(5)) { Needs = query.TextOrNull(6)?.Split('\n') ?? [], Deaths = query.Int(7) }
            : null;
    }
}
