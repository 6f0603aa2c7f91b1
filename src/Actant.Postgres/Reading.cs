using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>Everything that is read, each in one statement, so that it sees one moment.</summary>
internal static class Reading
{
    private const string ThreadIs = "thread = (SELECT t.id FROM threads t WHERE t.tenant = $1 AND t.name = $2)";

    public static async ValueTask<ExecutionRecord?> ExecutionAsync(
        Database database, TenantId tenant, int number, ExecutionId? id, string? key, CancellationToken cancellationToken)
    {
        var condition = id is null ? "e.idempotency_key = $2" : "e.id = $2";
        return await database.RepeatAsync(
            $"SELECT {ExecutionRow.Columns}, t.name FROM executions e JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL WHERE e.tenant = $1 AND {condition}",
            parameters => _ = id is { } present ? parameters.Int(number).Id(present.Value) : parameters.Int(number).Text(key),
            async (rows, token) => await rows.ReadAsync(token)
                ? ExecutionRow.Read(rows, 0, new ThreadKey(tenant, rows.GetString(ExecutionRow.Width)))
                : null,
            cancellationToken);
    }

    public static ValueTask<IReadOnlyList<StoredEntry>> EntriesAsync(
        Database database, int tenant, string thread, long from, int limit, CancellationToken cancellationToken)
    {
        var before = Math.Max(from, 1) + StorageLimits.ClampLimit(limit);
        return database.RepeatAsync<IReadOnlyList<StoredEntry>>(
            """
            SELECT j.position, j.epoch, j.count, j.entries FROM threads t JOIN journal j ON j.thread = t.id AND j.position < $4
                AND j.position >= coalesce((SELECT b.position FROM journal b WHERE b.thread = t.id AND b.position <= $3 ORDER BY b.position DESC LIMIT 1), 0)
              WHERE t.tenant = $1 AND t.name = $2 ORDER BY j.position
            """,
            parameters => parameters.Int(tenant).Text(thread).Long(from).Long(before),
            async (rows, token) =>
            {
                var entries = new List<StoredEntry>();
                while (await rows.ReadAsync(token))
                    EntryPack.Read(rows.Bytes(3), rows.GetInt32(2), rows.GetInt64(0), rows.GetInt64(1), from, before, entries);
                return entries;
            },
            cancellationToken);
    }

    /// <summary>The append that a position is of, without what is behind the position. Nothing when there is none.</summary>
    public static async ValueTask<(long Position, int Count, byte[] Entries)?> CutAsync(
        Database database, int tenant, string thread, long position, CancellationToken cancellationToken)
    {
        if (await AppendAsync(database, tenant, thread, position, cancellationToken) is not var (start, count, entries))
            return null;
        var kept = (int)Math.Min(position - start + 1, count);
        return (start, kept, EntryPack.Cut(entries, count, kept));
    }

    /// <summary>The append that a position is of, or the last one before it. Nothing when there is none.</summary>
    public static ValueTask<(long Position, int Count, byte[] Entries)?> AppendAsync(
        Database database, int tenant, string thread, long position, CancellationToken cancellationToken) =>
        database.RepeatAsync<(long, int, byte[])?>(
            $"SELECT position, count, entries FROM journal WHERE {ThreadIs} AND position <= $3 ORDER BY position DESC LIMIT 1",
            parameters => parameters.Int(tenant).Text(thread).Long(position),
            async (rows, token) =>
            {
                return await rows.ReadAsync(token) ? (rows.GetInt64(0), rows.GetInt32(1), rows.Bytes(2)) : null;
            },
            cancellationToken);

    public static ValueTask<BranchRecord?> BranchAsync(Database database, int tenant, string key, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            """
            SELECT t.name, k.position, k.execution, k.fingerprint FROM branch_keys k JOIN threads t ON t.id = k.thread AND t.name IS NOT NULL
              WHERE k.tenant = $1 AND k.key = $2
            """,
            parameters => parameters.Int(tenant).Text(key),
            static async (rows, token) => await rows.ReadAsync(token)
                ? new BranchRecord(rows.GetString(0), rows.GetInt64(1), rows.IdOrNull(2) is { } id ? new ExecutionId(id) : null, rows.Hash(3))
                : null,
            cancellationToken);

    public static ValueTask<StoredSnapshot?> SnapshotAsync(
        Database database, int tenant, string thread, long atOrBefore, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            $"SELECT position, fold_version, content FROM snapshots WHERE {ThreadIs} AND position <= $3",
            parameters => parameters.Int(tenant).Text(thread).Long(atOrBefore),
            static async (rows, token) => await rows.ReadAsync(token) ? new StoredSnapshot(rows.GetInt64(0), rows.GetInt32(1), rows.Bytes(2)) : null,
            cancellationToken);

    public static ValueTask<byte[]?> BlobAsync(Database database, int tenant, string thread, BlobHash hash, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            $"SELECT content FROM blobs WHERE {ThreadIs} AND hash = $3",
            parameters => parameters.Int(tenant).Text(thread).Hash(hash),
            static async (rows, token) => await rows.ReadAsync(token) ? rows.Bytes(0) : null,
            cancellationToken);

    public static ValueTask<byte[]?> DefinitionAsync(Database database, int tenant, BlobHash hash, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            "SELECT content FROM definitions WHERE tenant = $1 AND hash = $2",
            parameters => parameters.Int(tenant).Hash(hash),
            static async (rows, token) => await rows.ReadAsync(token) ? rows.Bytes(0) : null,
            cancellationToken);

    public static ValueTask<IReadOnlyList<DailyUsage>> UsageAsync(
        Database database, int tenant, DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        database.RepeatAsync<IReadOnlyList<DailyUsage>>(
            """
            SELECT day, agent, provider, model, sum(calls)::bigint, sum(input_tokens)::bigint, sum(cached_tokens)::bigint,
                sum(output_tokens)::bigint, sum(reasoning_tokens)::bigint, sum(cost)
              FROM usage WHERE tenant = $1 AND day BETWEEN $2 AND $3 GROUP BY day, agent, provider, model ORDER BY day, agent, provider, model
            """,
            parameters => parameters.Int(tenant).Date(first).Date(last),
            static async (rows, token) =>
            {
                var days = new List<DailyUsage>();
                while (await rows.ReadAsync(token))
                    days.Add(new DailyUsage(rows.Date(0), Amount(rows)));
                return days;
            },
            cancellationToken);

    private static UsageAmount Amount(NpgsqlDataReader row) => new()
    {
        Agent = row.GetString(1),
        Provider = row.GetString(2),
        Model = row.GetString(3),
        Calls = row.GetInt64(4),
        InputTokens = row.GetInt64(5),
        CachedTokens = row.GetInt64(6),
        OutputTokens = row.GetInt64(7),
        ReasoningTokens = row.GetInt64(8),
        CostUsd = row.GetDecimal(9),
    };
}
