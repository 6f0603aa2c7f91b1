using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Records and their versions.</summary>
internal static class RecordTable
{
    private const string Select =
        """
        SELECT r.id, v.name, v.version, v.body, r.created_at, v.written_at, r.number
          FROM records r JOIN record_versions v ON v.record = r.number
          WHERE r.tenant = (SELECT id FROM tenants WHERE name = ?1) AND r.kind = ?2
        """;

    private const string SelectSummaries =
        """
        SELECT r.id, s.name, s.version, s.summary, r.created_at, s.written_at, r.number
          FROM records r JOIN record_summaries s ON s.record = r.number
          WHERE r.tenant = (SELECT id FROM tenants WHERE name = ?1) AND r.kind = ?2
        """;

    public static RecordResult Write(WriteScope scope, TenantId tenant, RecordWrite write)
    {
        var owner = scope.Tenants.NumberOf(tenant);
        var found = Number(scope.Connection, owner, write.Kind, "id", write.Id);
        var newest = found?.Version ?? 0;
        var standing = RecordRule.MayStand(write, newest) ? Read(scope.Connection, tenant, write.Kind, write.Id, null) : null;
        if (RecordRule.Recognise(write, newest, standing) is { } outcome)
            return new RecordResult(outcome, newest);
        if (Number(scope.Connection, owner, write.Kind, "name", write.Name) is { } named && named.Number != found?.Number)
            return new RecordResult(RecordOutcome.NameTaken, newest);

        if (found is { } record)
        {
            using var update = scope.Connection.Use("UPDATE records SET name = ?, version = ? WHERE number = ?");
            update.Bind(write.Name).Bind(newest + 1).Bind(record.Number).Run();
        }
        else
        {
            using var insert = scope.Connection.Use("INSERT INTO records (tenant, kind, id, name, version, created_at) VALUES (?, ?, ?, ?, 1, ?)");
            insert.Bind(owner).Bind(write.Kind).Bind(write.Id).Bind(write.Name).Bind(scope.Now).Run();
            found = Number(scope.Connection, owner, write.Kind, "id", write.Id);
        }

        using var version = scope.Connection.Use("INSERT INTO record_versions (record, version, name, body, written_at) VALUES (?, ?, ?, ?, ?)");
        version.Bind(found!.Value.Number).Bind(newest + 1).Bind(write.Name).Bind(write.Body.Span).Bind(scope.Now).Run();
        using var summary = scope.Connection.Use("INSERT INTO record_summaries (record, version, name, summary, written_at) VALUES (?, ?, ?, ?, ?)");
        summary.Bind(found.Value.Number).Bind(newest + 1).Bind(write.Name);
        (write.Summary is { } shown ? summary.Bind(shown.Span) : summary.BindNull()).Bind(scope.Now).Run();
        return new RecordResult(RecordOutcome.Stored, newest + 1);
    }

    public static RecordResult Delete(WriteScope scope, TenantId tenant, string kind, string id, long? expected)
    {
        var found = Number(scope.Connection, scope.Tenants.NumberOf(tenant), kind, "id", id);
        var result = RecordRule.Delete(found?.Version, expected);
        if (result.Outcome != RecordOutcome.Stored)
            return result;
        foreach (var sql in (ReadOnlySpan<string>)["DELETE FROM record_versions WHERE record = ?", "DELETE FROM record_summaries WHERE record = ?", "DELETE FROM records WHERE number = ?"])
        {
            using var delete = scope.Connection.Use(sql);
            delete.Bind(found!.Value.Number).Run();
        }

        return result;
    }

    public static StoredRecord? Read(Connection connection, TenantId tenant, string kind, string id, long? version)
    {
        using var query = connection.Use(Select + " AND r.id = ?3 AND v.version = coalesce(?4, r.version)");
        return query.Bind(tenant.Value).Bind(kind).Bind(id).Bind(version).Step() ? Record(query) : null;
    }

    public static StoredRecord? Find(Connection connection, TenantId tenant, string kind, string name)
    {
        using var query = connection.Use(Select + " AND r.name = ?3 AND v.version = r.version");
        return query.Bind(tenant.Value).Bind(kind).Bind(name).Step() ? Record(query) : null;
    }

    public static Page<StoredRecord> List(Connection connection, TenantId tenant, string kind, PageCursor? after, int limit)
    {
        using var query = connection.Use(
            Select + " AND v.version = r.version AND (r.created_at, r.number) < (?3, ?4) ORDER BY r.created_at DESC, r.number DESC LIMIT ?5");
        return Page(query.Bind(tenant.Value).Bind(kind), after, limit, static row => (Record(row), new PageCursor(row.Time(4), row.Long(6))));
    }

    public static Page<RecordSummary> Summaries(Connection connection, TenantId tenant, string kind, PageCursor? after, int limit)
    {
        using var query = connection.Use(
            SelectSummaries + " AND s.version = r.version AND (r.created_at, r.number) < (?3, ?4) ORDER BY r.created_at DESC, r.number DESC LIMIT ?5");
        return Page(query.Bind(tenant.Value).Bind(kind), after, limit, static row => Summary(row, new PageCursor(row.Time(4), row.Long(6))));
    }

    public static Page<RecordSummary> Versions(Connection connection, TenantId tenant, string kind, string id, PageCursor? after, int limit)
    {
        using var query = connection.Use(SelectSummaries + " AND (s.written_at, s.version) < (?3, ?4) AND r.id = ?6 ORDER BY s.version DESC LIMIT ?5");
        return Page(query.Bind(tenant.Value).Bind(kind), after, limit, static row => Summary(row, new PageCursor(row.Time(5), row.Long(2))), id);
    }

    public static IReadOnlyList<TenantId> Owners(Connection connection, string kind, TenantId? after, int max)
    {
        using var query = connection.Use(
            "SELECT DISTINCT t.name FROM records r JOIN tenants t ON t.id = r.tenant WHERE r.kind = ? AND t.name > ? ORDER BY t.name LIMIT ?");
        query.Bind(kind).Bind(after?.Value ?? "").Bind(max);
        var owners = new List<TenantId>();
        while (query.Step())
            owners.Add(new TenantId(query.Text(0)));
        return owners;
    }

    private static Page<T> Page<T>(Statement query, PageCursor? after, int limit, Func<Statement, (T Item, PageCursor Place)> read, string? id = null)
    {
        var count = StorageLimits.ClampLimit(limit);
        query.Bind(after is { } place ? Microseconds.From(place.At) : long.MaxValue).Bind(after?.Number ?? long.MaxValue).Bind(count + 1);
        if (id is not null)
            query.Bind(id);
        var rows = new List<(T Item, PageCursor Place)>();
        while (query.Step())
            rows.Add(read(query));
        return PageRule.Cut(rows, count, static row => row.Place, static row => row.Item);
    }

    private static (long Number, long Version)? Number(Connection connection, long tenant, string kind, string column, string value)
    {
        using var query = connection.Use($"SELECT number, version FROM records WHERE tenant = ? AND kind = ? AND {column} = ?");
        return query.Bind(tenant).Bind(kind).Bind(value).Step() ? (query.Long(0), query.Long(1)) : null;
    }

    private static StoredRecord Record(Statement row) => new()
    {
        Id = row.Text(0),
        Name = row.Text(1),
        Version = row.Long(2),
        Body = row.Blob(3),
        CreatedAt = row.Time(4),
        WrittenAt = row.Time(5),
    };

    private static (RecordSummary Summary, PageCursor Place) Summary(Statement row, PageCursor place) => (
        new RecordSummary
        {
            Id = row.Text(0),
            Name = row.Text(1),
            Version = row.Long(2),
            Summary = row.IsNull(3) ? (ReadOnlyMemory<byte>?)null : row.Blob(3),
            CreatedAt = row.Time(4),
            WrittenAt = row.Time(5),
            Place = place,
        },
        place);
}
