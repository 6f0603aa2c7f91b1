using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Blobs, snapshots and definitions, inside the writer's transaction. Those of a thread that is gone are not kept.</summary>
internal static class Content
{
    public static void WriteBlob(WriteScope scope, ThreadKey key, BlobHash hash, ReadOnlyMemory<byte> content)
    {
        if (scope.Threads.Find(key) is not { } thread)
            return;
        using (var insert = scope.Connection.Use("INSERT INTO blobs (thread, hash, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"))
        {
            if (insert.Bind(thread.Number).Bind((BlobHash?)hash).Bind(content.Span).Run() == 0)
                return;
        }

        thread.Bytes += content.Length;
        scope.Threads.Save(thread);
    }

    public static void WriteSnapshot(WriteScope scope, ThreadKey key, StoredSnapshot snapshot)
    {
        if (scope.Threads.Find(key) is not { } thread)
            return;
        using var insert = scope.Connection.Use(
            """
            INSERT INTO snapshots (thread, position, fold_version, content) SELECT ?1, ?2, ?3, ?4 FROM threads WHERE id = ?1 AND ?2 >= erased_at
              ON CONFLICT (thread) DO UPDATE SET position = excluded.position, fold_version = excluded.fold_version,
                content = excluded.content WHERE excluded.position > position
            """);
        insert.Bind(thread.Number).Bind(snapshot.Position).Bind(snapshot.FoldVersion).Bind(snapshot.Content.Span).Run();
    }

    public static void WriteDefinition(WriteScope scope, TenantId tenant, BlobHash hash, ReadOnlyMemory<byte> content)
    {
        using var insert = scope.Connection.Use("INSERT INTO definitions (tenant, hash, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        insert.Bind(scope.Tenants.NumberOf(tenant)).Bind((BlobHash?)hash).Bind(content.Span).Run();
    }
}
