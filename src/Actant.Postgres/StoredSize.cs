using Actant.Storage;

namespace Actant.Postgres;

/// <summary>
/// What is stored of a tenant. A thread's row counts its entries and blobs with every append; of all else the lengths are summed, which
/// PostgreSQL knows without reading what stands outside the rows.
/// </summary>
internal static class StoredSize
{
    public static ValueTask<StoredBytes> ReadAsync(Database database, int tenant, CancellationToken cancellationToken) => database.RepeatAsync(
        """
        SELECT
          (SELECT coalesce(sum(t.bytes), 0) FROM threads t WHERE t.tenant = $1)::bigint
            + (SELECT coalesce(sum(length(s.content)), 0) FROM threads t JOIN snapshots s ON s.thread = t.id WHERE t.tenant = $1)::bigint,
          (SELECT coalesce(sum(length(i.body)), 0) FROM threads t JOIN inbox i ON i.thread = t.id WHERE t.tenant = $1)::bigint,
          (SELECT coalesce(sum(length(o.body)), 0) FROM outbox o WHERE o.tenant = $1)::bigint,
          (SELECT coalesce(sum(length(d.content)), 0) FROM definitions d WHERE d.tenant = $1)::bigint
            + (SELECT coalesce(sum(length(v.body)), 0) FROM records r JOIN record_versions v ON v.record = r.number WHERE r.tenant = $1)::bigint
        """,
        parameters => parameters.Int(tenant),
        static async (rows, token) => await rows.ReadAsync(token)
            ? new StoredBytes(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3))
            : new StoredBytes(0, 0, 0, 0),
        cancellationToken);
}
