using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Keys of forks and rewinds.</summary>
internal static class BranchKeyTable
{
    public static BranchRecord? Find(Connection connection, TenantId tenant, string key)
    {
        using var query = connection.Use(
            """
            SELECT t.name, k.position, k.execution, k.fingerprint FROM branch_keys k JOIN threads t ON t.id = k.thread AND t.name IS NOT NULL
              WHERE k.tenant = (SELECT id FROM tenants WHERE name = ?) AND k.key = ?
            """);
        return query.Bind(tenant.Value).Bind(key).Step()
            ? new BranchRecord(query.Text(0), query.Long(1), query.GuidOrNull(2) is { } id ? new ExecutionId(id) : null, query.Hash(3))
            : null;
    }

    /// <summary>Writes one over what a deletion has not reached yet; nobody else has it.</summary>
    public static void Add(Connection connection, SqliteThread thread, BranchKey? key, ExecutionId? execution)
    {
        if (key is null)
            return;
        using var insert = connection.Use("INSERT OR REPLACE INTO branch_keys (tenant, key, thread, position, execution, fingerprint) VALUES (?, ?, ?, ?, ?, ?)");
        insert.Bind(thread.Tenant).Bind(key.Key).Bind(thread.Number).Bind(thread.Position).Bind(execution?.Value).Bind((BlobHash?)key.Fingerprint).Run();
    }
}
