using Actant.Storage;

namespace Actant.Sqlite;

internal sealed class SqliteRecordStore(SqliteStore store, TenantId tenant) : IRecordStore
{
    public ValueTask<RecordResult> WriteAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        StorageLimits.Check(write);
        var bytes = write.Body.Length + (write.Summary?.Length ?? 0) + 512;
        store.Room.Take(bytes);
        return store.WriteAsync(bytes, scope => RecordTable.Write(scope, tenant, write), cancellationToken);
    }

    public ValueTask<StoredRecord?> ReadAsync(string kind, string id, long? version, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => RecordTable.Read(connection, tenant, kind, id, version), cancellationToken);

    public ValueTask<StoredRecord?> FindAsync(string kind, string name, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => RecordTable.Find(connection, tenant, kind, name), cancellationToken);

    public ValueTask<Page<StoredRecord>> ListAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => RecordTable.List(connection, tenant, kind, after, limit), cancellationToken);
    }

    public ValueTask<Page<RecordSummary>> ListSummariesAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => RecordTable.Summaries(connection, tenant, kind, after, limit), cancellationToken);
    }

    public ValueTask<Page<RecordSummary>> ListVersionsAsync(string kind, string id, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => RecordTable.Versions(connection, tenant, kind, id, after, limit), cancellationToken);
    }

    public ValueTask<RecordResult> DeleteAsync(string kind, string id, long? expectedVersion, CancellationToken cancellationToken) =>
        store.WriteAsync(0, scope => RecordTable.Delete(scope, tenant, kind, id, expectedVersion), cancellationToken);
}
