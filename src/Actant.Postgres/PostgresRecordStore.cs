using Actant.Storage;
using Actant.StoreRules;
using Npgsql;

namespace Actant.Postgres;

internal sealed class PostgresRecordStore(PostgresStore store, TenantId tenant) : IRecordStore
{
    private const string Select =
        """
        SELECT r.id, v.name, v.version, v.body, r.created_at, v.written_at, r.number
          FROM records r JOIN record_versions v ON v.record = r.number WHERE r.tenant = $1 AND r.kind = $2
        """;

    private const string SelectSummaries =
        """
        SELECT r.id, v.name, v.version, v.summary, r.created_at, v.written_at, r.number
          FROM records r JOIN record_versions v ON v.record = r.number WHERE r.tenant = $1 AND r.kind = $2
        """;

    // What is newer than anything.
    private static readonly DateTimeOffset _end = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private Database Database => store.Database;

    public async ValueTask<RecordResult> WriteAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        StorageLimits.Check(write);
        var owner = await store.Tenants.MakeAsync(tenant, cancellationToken);
        return await Database.RepeatAsync(
            "SELECT outcome, newest FROM actant_write_record($1, $2, $3, $4, $5, $6, $7, $8)",
            parameters => parameters.Time(Database.Clock).Int(owner).Text(write.Kind).Text(write.Id).Text(write.Name)
                .Long(write.ExpectedVersion).Bytes(write.Body).Bytes(write.Summary),
            ResultAsync,
            cancellationToken);
    }

    public async ValueTask<StoredRecord?> ReadAsync(string kind, string id, long? version, CancellationToken cancellationToken)
    {
        var owner = await NumberAsync(cancellationToken);
        if (!StoredText.CanBe(kind) || !StoredText.CanBe(id))
            return null;
        return await Database.RepeatAsync(
            Select + " AND r.id = $3 AND v.version = coalesce($4, r.version)",
            parameters => parameters.Int(owner).Text(kind).Text(id).Long(version),
            OneAsync,
            cancellationToken);
    }

    public async ValueTask<StoredRecord?> FindAsync(string kind, string name, CancellationToken cancellationToken)
    {
        var owner = await NumberAsync(cancellationToken);
        if (!StoredText.CanBe(kind) || !StoredText.CanBe(name))
            return null;
        return await Database.RepeatAsync(
            Select + " AND r.name = $3 AND v.version = r.version",
            parameters => parameters.Int(owner).Text(kind).Text(name),
            OneAsync,
            cancellationToken);
    }

    public async ValueTask<Page<StoredRecord>> ListAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        var owner = await NumberAsync(cancellationToken);
        var count = StorageLimits.ClampLimit(limit);
        return await Database.RepeatAsync(
            Select + " AND v.version = r.version AND (r.created_at, r.number) < ($3, $4) ORDER BY r.created_at DESC, r.number DESC LIMIT $5",
            parameters => parameters.Int(owner).Text(kind).Time(after?.At ?? _end).Long(after?.Number ?? long.MaxValue).Int(count + 1),
            async (rows, token) => Listing.Cut(await AllAsync(rows, static row => (Record(row), row.GetInt64(6)), token), count, static record => record.CreatedAt),
            cancellationToken);
    }

    public async ValueTask<Page<RecordSummary>> ListSummariesAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        var owner = await NumberAsync(cancellationToken);
        var count = StorageLimits.ClampLimit(limit);
        return await Database.RepeatAsync(
            SelectSummaries + " AND v.version = r.version AND (r.created_at, r.number) < ($3, $4) ORDER BY r.created_at DESC, r.number DESC LIMIT $5",
            parameters => parameters.Int(owner).Text(kind).Time(after?.At ?? _end).Long(after?.Number ?? long.MaxValue).Int(count + 1),
            async (rows, token) => Cut(await AllAsync(rows, static row => Summary(row, new PageCursor(row.Time(4), row.GetInt64(6))), token), count),
            cancellationToken);
    }

    public async ValueTask<Page<RecordSummary>> ListVersionsAsync(string kind, string id, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        var owner = await NumberAsync(cancellationToken);
        var count = StorageLimits.ClampLimit(limit);
        return await Database.RepeatAsync(
            SelectSummaries + " AND r.id = $3 AND (v.written_at, v.version) < ($4, $5) ORDER BY v.version DESC LIMIT $6",
            parameters => parameters.Int(owner).Text(kind).Text(id).Time(after?.At ?? _end).Long(after?.Number ?? long.MaxValue).Int(count + 1),
            async (rows, token) => Cut(await AllAsync(rows, static row => Summary(row, new PageCursor(row.Time(5), row.GetInt64(2))), token), count),
            cancellationToken);
    }

    public async ValueTask<RecordResult> DeleteAsync(string kind, string id, long? expectedVersion, CancellationToken cancellationToken)
    {
        var owner = await NumberAsync(cancellationToken);
        if (!StoredText.CanBe(kind) || !StoredText.CanBe(id))
            return new RecordResult(RecordOutcome.NotFound, 0);
        return await Database.OnceAsync(
            "SELECT outcome, newest FROM actant_delete_record($1, $2, $3, $4)",
            parameters => parameters.Int(owner).Text(kind).Text(id).Long(expectedVersion),
            ResultAsync,
            cancellationToken);
    }

    public static ValueTask<IReadOnlyList<TenantId>> OwnersAsync(Database database, string kind, TenantId? after, int max, CancellationToken cancellationToken) => database.RepeatAsync(
        """
        SELECT t.name FROM tenants t WHERE t.name COLLATE "C" > $2 AND EXISTS (SELECT FROM records r WHERE r.tenant = t.id AND r.kind = $1)
          ORDER BY t.name COLLATE "C" LIMIT $3
        """,
        parameters => parameters.Text(kind).Text(after?.Value ?? "").Int(max),
        static async (rows, token) =>
        {
            var owners = new List<TenantId>();
            while (await rows.ReadAsync(token))
            {
                owners.Add(new TenantId(rows.GetString(0)));
            }

            return (IReadOnlyList<TenantId>)owners;
        },
        cancellationToken);

    private static async Task<RecordResult> ResultAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        await rows.ReadAsync(cancellationToken);
        return new RecordResult((RecordOutcome)rows.GetInt32(0), rows.GetInt64(1));
    }

    private static async Task<StoredRecord?> OneAsync(NpgsqlDataReader rows, CancellationToken cancellationToken) =>
        await rows.ReadAsync(cancellationToken) ? Record(rows) : null;

    private static async Task<List<T>> AllAsync<T>(NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            all.Add(read(rows));
        }

        return all;
    }

    private static Page<RecordSummary> Cut(List<RecordSummary> summaries, int count) =>
        PageRule.Cut(summaries, count, static summary => summary.Place, static summary => summary);

    private static RecordSummary Summary(NpgsqlDataReader row, PageCursor place) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Version = row.GetInt64(2),
        Summary = row.IsDBNull(3) ? (ReadOnlyMemory<byte>?)null : row.Bytes(3),
        CreatedAt = row.Time(4),
        WrittenAt = row.Time(5),
        Place = place,
    };

    private static StoredRecord Record(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Version = row.GetInt64(2),
        Body = row.Bytes(3),
        CreatedAt = row.Time(4),
        WrittenAt = row.Time(5),
    };

    private ValueTask<int> NumberAsync(CancellationToken cancellationToken) => store.Tenants.OfAsync(tenant, cancellationToken);
}
