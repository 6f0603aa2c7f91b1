using System.Text.Json;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Pages of executions and threads, from new to old along an index.</summary>
internal static class Listing
{
    private const string ExecutionSelect =
        $"SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source} WHERE e.tenant = (SELECT id FROM tenants WHERE name = ?1) ";

    private const string ExecutionOrder = " AND (e.created_at, e.number) < (?2, ?3) ORDER BY e.created_at DESC, e.number DESC LIMIT ?4";

    private const string ThreadSelect =
        """
        SELECT t.id, t.name, t.position, t.bytes, t.created_at, t.updated_at, e.id, e.status,
            (SELECT count(*) FROM executions q WHERE q.thread = t.id AND q.status = 0 AND q.number IS NOT t.current)
          FROM threads t LEFT JOIN executions e ON e.number = t.current
          WHERE t.tenant = (SELECT id FROM tenants WHERE name = ?1) AND
        """;

    public static Page<ExecutionRecord> Executions(
        Connection connection, TenantId tenant, ExecutionFilter filter, PageCursor? after, int limit)
    {
        // One text per index that serves it; the rest of the filter is tested on the rows.
        const string rest = " AND (?5 IS NULL OR e.status = ?5) AND (?6 IS NULL OR e.agent = ?6) AND (?7 IS NULL OR t.name = ?7)"
            + " AND (?8 IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(?9) j WHERE NOT EXISTS (SELECT 1 FROM execution_tags g WHERE g.tenant = e.tenant AND g.tag = j.value AND g.number = e.number)))";
        var sql = filter switch
        {
            { Thread: not null } =>
                ExecutionSelect + "AND e.thread = (SELECT id FROM threads WHERE tenant = e.tenant AND name = ?7)" + rest + ExecutionOrder,
            { Keys.Count: > 0 } =>
                ExecutionSelect + "AND e.number IN (SELECT number FROM execution_tags WHERE tenant = (SELECT id FROM tenants WHERE name = ?1) AND tag = ?8)" + rest + ExecutionOrder,
            { Agent: not null } => ExecutionSelect + "AND e.agent = ?6" + rest + ExecutionOrder,
            { Status: not null } => ExecutionSelect + "AND e.status = ?5" + rest + ExecutionOrder,
            _ => ExecutionSelect + rest + ExecutionOrder,
        };
        var count = StorageLimits.ClampLimit(limit);
        var rows = new List<ExecutionRow>();
        using var query = connection.Use(sql);
        BindPage(query.Bind(tenant.Value), after, count).Bind((long?)filter.Status).Bind(filter.Agent).Bind(filter.Thread)
            .Bind(filter.Keys is [var key, ..] ? key : null).Bind(JsonSerializer.Serialize([.. filter.Keys], SqliteJson.Default.StringArray));
        while (query.Step())
            rows.Add(ExecutionColumns.Read(query, tenant));
        return PageRule.Cut(rows, count, static row => new PageCursor(row.Record.CreatedAt, row.Number), static row => row.Record);
    }

    public static ThreadRecord? Thread(Connection connection, ThreadKey key)
    {
        using var query = connection.Use(ThreadSelect + " t.name = ?2");
        return query.Bind(key.Tenant.Value).Bind(key.Thread).Step() ? ReadThread(query, key.Tenant) : null;
    }

    public static Page<ThreadRecord> Threads(Connection connection, TenantId tenant, PageCursor? after, int limit)
    {
        var count = StorageLimits.ClampLimit(limit);
        var rows = new List<(long Id, ThreadRecord Record)>();
        using var query = connection.Use(
            ThreadSelect + " t.name IS NOT NULL AND (t.updated_at, t.id) < (?2, ?3) ORDER BY t.updated_at DESC, t.id DESC LIMIT ?4");
        BindPage(query.Bind(tenant.Value), after, count);
        while (query.Step())
            rows.Add((query.Long(0), ReadThread(query, tenant)));
        return PageRule.Cut(rows, count, static row => new PageCursor(row.Record.UpdatedAt, row.Id), static row => row.Record);
    }

    private static Statement BindPage(Statement query, PageCursor? after, int count) => query
        .Bind(after is { } place ? Microseconds.From(place.At) : long.MaxValue)
        .Bind(after?.Number ?? long.MaxValue)
        .Bind(count + 1);

    private static ThreadRecord ReadThread(Statement row, TenantId tenant) => new()
    {
        Thread = new ThreadKey(tenant, row.Text(1)),
        Position = row.Long(2),
        Bytes = row.Long(3),
        CreatedAt = row.Time(4),
        UpdatedAt = row.Time(5),
        Current = row.GuidOrNull(6) is { } current ? new ExecutionId(current) : null,
        Status = row.IsNull(7) ? null : (ExecutionStatus)row.Int(7),
        Queued = row.Int(8),
    };
}
