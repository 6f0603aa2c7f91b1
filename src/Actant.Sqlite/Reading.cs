using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Everything that is read without the writer, each in one statement, so that it sees one moment.</summary>
internal static class Reading
{
    private const string ThreadIs = "thread = (SELECT t.id FROM threads t JOIN tenants n ON n.id = t.tenant WHERE n.name = ? AND t.name = ?)";

    public static ExecutionRecord? Execution(Connection connection, TenantId tenant, ExecutionId id)
    {
        using var query = connection.Use(
            $"SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source} WHERE e.tenant = (SELECT id FROM tenants WHERE name = ?) AND e.id = ?");
        return query.Bind(tenant.Value).Bind(id.Value).Step() ? ExecutionColumns.Read(query, tenant).Record : null;
    }

    public static ExecutionRecord? Execution(Connection connection, TenantId tenant, string key)
    {
        using var query = connection.Use(
            $"""
            SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source}
              WHERE e.tenant = (SELECT id FROM tenants WHERE name = ?) AND e.idempotency_key = ?
            """);
        return query.Bind(tenant.Value).Bind(key).Step() ? ExecutionColumns.Read(query, tenant).Record : null;
    }

    public static IReadOnlyList<StoredEntry> Entries(Connection connection, ThreadKey thread, long from, int limit)
    {
        var entries = new List<StoredEntry>();
        using var query = connection.Use(
            """
            SELECT slot, id, execution, epoch, body FROM journal
              WHERE slot >= (SELECT t.id FROM threads t JOIN tenants n ON n.id = t.tenant WHERE n.name = ?1 AND t.name = ?2) * (1 << 28) + ?3
                AND slot < ((SELECT t.id FROM threads t JOIN tenants n ON n.id = t.tenant WHERE n.name = ?1 AND t.name = ?2) + 1) * (1 << 28)
              ORDER BY slot LIMIT ?4
            """);
        query.Bind(thread.Tenant.Value).Bind(thread.Thread).Bind(Math.Clamp(from, 1, StorageLimits.MaxPosition))
            .Bind(StorageLimits.ClampLimit(limit));
        while (query.Step())
            entries.Add(JournalTable.Read(query));
        return entries;
    }

    public static StoredSnapshot? Snapshot(Connection connection, ThreadKey thread, long atOrBefore)
    {
        using var query = connection.Use($"SELECT position, fold_version, content FROM snapshots WHERE {ThreadIs} AND position <= ?");
        return query.Bind(thread.Tenant.Value).Bind(thread.Thread).Bind(atOrBefore).Step()
            ? new StoredSnapshot(query.Long(0), query.Int(1), query.Blob(2))
            : null;
    }

    public static byte[]? Blob(Connection connection, ThreadKey thread, BlobHash hash)
    {
        using var query = connection.Use($"SELECT content FROM blobs WHERE {ThreadIs} AND hash = ?");
        return query.Bind(thread.Tenant.Value).Bind(thread.Thread).Bind((BlobHash?)hash).Step() ? query.Blob(0) : null;
    }

    public static byte[]? Definition(Connection connection, TenantId tenant, BlobHash hash)
    {
        using var query = connection.Use("SELECT content FROM definitions WHERE tenant = (SELECT id FROM tenants WHERE name = ?) AND hash = ?");
        return query.Bind(tenant.Value).Bind((BlobHash?)hash).Step() ? query.Blob(0) : null;
    }
}
