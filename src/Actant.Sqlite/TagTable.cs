using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>What executions can be found by, and whom threads are about.</summary>
internal static class TagTable
{
    public static void Add(Connection connection, SqliteThread thread, long execution, ExecutionTags? tags)
    {
        if (tags is null)
            return;
        foreach (var key in tags.Keys)
        {
            using var insert = connection.Use("INSERT INTO execution_tags (tenant, tag, number, thread) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
            insert.Bind(thread.Tenant).Bind(key).Bind(execution).Bind(thread.Number).Run();
        }

        if (tags.Subject is { } subject)
        {
            using var insert = connection.Use("INSERT INTO thread_subjects (tenant, subject, thread) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
            insert.Bind(thread.Tenant).Bind(subject).Bind(thread.Number).Run();
        }
    }

    /// <summary>A fork is about whom its source is about.</summary>
    public static void CopySubjects(Connection connection, long source, long target)
    {
        using var copy = connection.Use("INSERT INTO thread_subjects (tenant, subject, thread) SELECT tenant, subject, ? FROM thread_subjects WHERE thread = ?");
        copy.Bind(target).Bind(source).Run();
    }

    public static IReadOnlyList<string> FindThreads(Connection connection, TenantId tenant, string subject, string? after, int limit)
    {
        var names = new List<string>();
        using var query = connection.Use(
            """
            SELECT t.name FROM thread_subjects s JOIN threads t ON t.id = s.thread
              WHERE s.tenant = (SELECT id FROM tenants WHERE name = ?) AND s.subject = ? AND t.name > ? ORDER BY t.name LIMIT ?
            """);
        query.Bind(tenant.Value).Bind(subject).Bind(after ?? "").Bind(StorageLimits.ClampLimit(limit));
        while (query.Step())
            names.Add(query.Text(0));
        return names;
    }
}
