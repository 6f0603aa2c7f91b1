using Actant.Storage;
using Actant.StoreRules;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>Pages of executions and threads, from new to old along an index.</summary>
internal static class Listing
{
    private const string ThreadSelect =
        """
        SELECT t.id, t.name, t.position, t.bytes, t.created_at, t.updated_at, e.id, e.status, t.pending - coalesce(e.status = 0, false)::integer
          FROM threads t LEFT JOIN executions e ON e.number = t.current
        """;

    public static async ValueTask<Page<ExecutionRecord>> ExecutionsAsync(
        Database database, TenantId tenant, int number, ExecutionFilter filter, PageCursor? after, int limit, CancellationToken cancellationToken)
    {
        // One text per index that serves it. What runs is found by its thread, and the completed, which most are, among all.
        var open = filter is { Thread: null, Status: ExecutionStatus.Running or ExecutionStatus.Interrupted };
        var place = open ? "t.current" : "e.number";
        var sql = $"SELECT {ExecutionRow.Columns}, t.name FROM executions e JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL";
        sql += open
            ? " AND t.current = e.number AND t.is_open WHERE t.tenant + 0 = $1 AND t.current < $2"
            : " WHERE e.tenant + 0 = $1 AND e.number < $2";
        if (filter.Thread is not null)
            sql += " AND e.thread + 0 = (SELECT h.id FROM threads h WHERE h.tenant = $1 AND h.name = $4)";
        if (filter.Keys is [var key, ..])
        {
            sql += " AND e.number IN (SELECT g.number FROM execution_tags g WHERE g.tenant = $1 AND g.tag = $7)"
                + " AND NOT EXISTS (SELECT FROM unnest($8) k WHERE NOT EXISTS (SELECT FROM execution_tags g WHERE g.tenant = $1 AND g.tag = k AND g.number = e.number))";
        }
        else
        {
            key = null;
        }

        if (filter.Agent is not null)
            sql += " AND e.agent = $5";
        if (filter.Status is { } status)
            sql += status is ExecutionStatus.Running or ExecutionStatus.Interrupted or ExecutionStatus.Completed ? " AND e.status = $6" : " AND e.marked = $6";
        var count = StorageLimits.ClampLimit(limit);
        return await database.RepeatAsync(
            sql + $" AND ($4 IS NULL OR true) AND ($5 IS NULL OR true) AND ($6 IS NULL OR true) AND ($7 IS NULL OR true) AND ($8 IS NULL OR true) ORDER BY {place} DESC LIMIT $3",
            parameters => parameters.Int(number).Long(after?.Number ?? long.MaxValue).Int(count + 1)
                .Text(filter.Thread).Text(filter.Agent).Small((short?)filter.Status).Text(key).Array(NpgsqlDbType.Text, [.. filter.Keys]),
            async (rows, token) =>
            {
                var found = new List<(ExecutionRecord Record, long Number)>();
                while (await rows.ReadAsync(token))
                {
                    var thread = new ThreadKey(tenant, rows.GetString(ExecutionRow.Width));
                    found.Add((ExecutionRow.Read(rows, 0, thread), rows.GetInt64(0)));
                }

                return Cut(found, count, static record => record.CreatedAt);
            },
            cancellationToken);
    }

    /// <summary>The names of threads about a subject, in order.</summary>
    public static ValueTask<IReadOnlyList<string>> ThreadsAsync(
        Database database, int number, string subject, string? after, int limit, CancellationToken cancellationToken) =>
        database.RepeatAsync<IReadOnlyList<string>>(
            """
            SELECT t.name FROM thread_subjects s JOIN threads t ON t.id = s.thread
              WHERE s.tenant = $1 AND s.subject = $2 AND t.name > $3 ORDER BY t.name LIMIT $4
            """,
            parameters => parameters.Int(number).Text(subject).Text(after ?? "").Int(StorageLimits.ClampLimit(limit)),
            static async (rows, token) =>
            {
                var names = new List<string>();
                while (await rows.ReadAsync(token))
                    names.Add(rows.GetString(0));
                return names;
            },
            cancellationToken);

    public static ValueTask<ThreadRecord?> ThreadAsync(Database database, ThreadKey key, int tenant, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            ThreadSelect + " WHERE t.tenant = $1 AND t.name = $2",
            parameters => parameters.Int(tenant).Text(key.Thread),
            async (rows, token) => await rows.ReadAsync(token) ? ReadThread(rows, key.Tenant) : null,
            cancellationToken);

    /// <summary>Along the index of steps of eight seconds, sorted inside one step.</summary>
    public static ValueTask<Page<ThreadRecord>> ThreadsAsync(
        Database database, TenantId tenant, int number, PageCursor? after, int limit, CancellationToken cancellationToken)
    {
        var count = StorageLimits.ClampLimit(limit);
        return database.RepeatAsync(
            ThreadSelect
            + " WHERE t.tenant + 0 = $1 AND t.name IS NOT NULL AND t.active <= floor(extract(epoch FROM $2) / 8)::bigint"
            + " AND (t.updated_at, t.id) < ($2, $3) ORDER BY t.active DESC, t.updated_at DESC, t.id DESC LIMIT $4",
            parameters => parameters.Int(number).Time(after?.At ?? new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero))
                .Long(after?.Number ?? long.MaxValue).Int(count + 1),
            async (rows, token) =>
            {
                var found = new List<(ThreadRecord Record, long Number)>();
                while (await rows.ReadAsync(token))
                    found.Add((ReadThread(rows, tenant), rows.GetInt64(0)));
                return Cut(found, count, static record => record.UpdatedAt);
            },
            cancellationToken);
    }

    public static Page<T> Cut<T>(List<(T Record, long Number)> rows, int count, Func<T, DateTimeOffset> timeOf) =>
        PageRule.Cut(rows, count, row => new PageCursor(timeOf(row.Record), row.Number), static row => row.Record);

    private static ThreadRecord ReadThread(NpgsqlDataReader row, TenantId tenant) => new()
    {
        Thread = new ThreadKey(tenant, row.GetString(1)),
        Position = row.GetInt64(2),
        Bytes = row.GetInt64(3),
        CreatedAt = row.Time(4),
        UpdatedAt = row.Time(5),
        Current = row.IdOrNull(6) is { } current ? new ExecutionId(current) : null,
        Status = row.IsDBNull(7) ? null : (ExecutionStatus)row.GetInt16(7),
        Queued = row.GetInt32(8),
    };
}
