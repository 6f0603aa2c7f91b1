using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>A tenant's records in memory.</summary>
internal sealed class InMemoryRecords(InMemoryStore store, TenantId tenant) : IRecordStore
{
    private InMemoryState State => store.State;

    public ValueTask<RecordResult> WriteAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        StorageLimits.Check(write);
        return store.Locked(() => Write(write), cancellationToken);
    }

    public ValueTask<StoredRecord?> ReadAsync(string kind, string id, long? version, CancellationToken cancellationToken) =>
        store.Locked(() => Find(kind, id)?.Versions is { } versions ? versions.Find(record => record.Version == (version ?? versions.Count)) : null, cancellationToken);

    public ValueTask<StoredRecord?> FindAsync(string kind, string name, CancellationToken cancellationToken) =>
        store.Locked(() => Named(kind, name)?.Versions[^1], cancellationToken);

    public ValueTask<Page<StoredRecord>> ListAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(
            () => InMemoryListing.Cut(
                State.Records.Values.Where(record => record.Tenant == tenant && record.Kind == kind),
                record => new PageCursor(record.Versions[0].CreatedAt, record.Sequence),
                record => record.Versions[^1],
                PageCursor.Parse(cursor),
                limit),
            cancellationToken);

    public ValueTask<Page<RecordSummary>> ListSummariesAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(
            () => InMemoryListing.Cut(
                State.Records.Values.Where(record => record.Tenant == tenant && record.Kind == kind),
                record => new PageCursor(record.Versions[0].CreatedAt, record.Sequence),
                record => record.Summaries[^1],
                PageCursor.Parse(cursor),
                limit),
            cancellationToken);

    public ValueTask<Page<RecordSummary>> ListVersionsAsync(string kind, string id, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(
            () => InMemoryListing.Cut(
                Find(kind, id)?.Summaries ?? [],
                record => new PageCursor(record.WrittenAt, record.Version),
                record => record with { Place = new PageCursor(record.WrittenAt, record.Version) },
                PageCursor.Parse(cursor),
                limit),
            cancellationToken);

    public ValueTask<RecordResult> DeleteAsync(string kind, string id, long? expectedVersion, CancellationToken cancellationToken) =>
        store.Locked(() => Delete(kind, id, expectedVersion), cancellationToken);

    private RecordResult Write(RecordWrite write)
    {
        var found = Find(write.Kind, write.Id);
        var newest = found?.Versions.Count ?? 0;
        if (RecordRule.Recognise(write, newest, found?.Versions[^1]) is { } outcome)
            return new RecordResult(outcome, newest);
        if (Named(write.Kind, write.Name) is { } named && named != found)
            return new RecordResult(RecordOutcome.NameTaken, newest);

        var now = State.Now;
        if (found is null)
        {
            found = new InMemoryRecord(tenant, write.Kind, State.NextSequence());
            State.Records.Add((tenant, write.Kind, write.Id), found);
        }

        found.Versions.Add(new StoredRecord
        {
            Id = write.Id,
            Name = write.Name,
            Version = newest + 1,
            Body = write.Body.ToArray(),
            CreatedAt = newest == 0 ? now : found.Versions[0].CreatedAt,
            WrittenAt = now,
        });
        found.Summaries.Add(new RecordSummary
        {
            Id = write.Id,
            Name = write.Name,
            Version = newest + 1,
            Summary = write.Summary is { } summary ? summary.ToArray() : (ReadOnlyMemory<byte>?)null,
            CreatedAt = found.Versions[0].CreatedAt,
            WrittenAt = now,
            Place = new PageCursor(found.Versions[0].CreatedAt, found.Sequence),
        });
        return new RecordResult(RecordOutcome.Stored, newest + 1);
    }

    private RecordResult Delete(string kind, string id, long? expectedVersion)
    {
        var result = RecordRule.Delete(Find(kind, id)?.Versions.Count, expectedVersion);
        if (result.Outcome == RecordOutcome.Stored)
            State.Records.Remove((tenant, kind, id));
        return result;
    }

    private InMemoryRecord? Find(string kind, string id) => State.Records.GetValueOrDefault((tenant, kind, id));

    private InMemoryRecord? Named(string kind, string name) =>
        State.Records.Values.FirstOrDefault(record => record.Tenant == tenant && record.Kind == kind && record.Versions[^1].Name == name);
}
