namespace Actant.Storage;

/// <summary>
/// One tenant's plain versioned records: agents, keys and whatever else is written rarely and read by id or name. Every version
/// stays until its record is deleted. The rules of <see cref="IActantStore"/> hold here too.
/// </summary>
public interface IRecordStore
{
    /// <summary>
    /// Writes the next version of a record, if the expected one is the newest. Within a kind ids and names are unique. The very
    /// same write repeated is recognised and answers as the first did.
    /// </summary>
    ValueTask<RecordResult> WriteAsync(RecordWrite write, CancellationToken cancellationToken);

    /// <summary>One version of a record, the newest unless told; <c>null</c> if there is none.</summary>
    ValueTask<StoredRecord?> ReadAsync(string kind, string id, long? version, CancellationToken cancellationToken);

    /// <summary>The newest version of the record of that name, or <c>null</c>.</summary>
    ValueTask<StoredRecord?> FindAsync(string kind, string name, CancellationToken cancellationToken);

    /// <summary>The newest version of each record of a kind, last made first, with its content: for kinds whose records are small.</summary>
    ValueTask<Page<StoredRecord>> ListAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>The same without the contents, which are not read.</summary>
    ValueTask<Page<RecordSummary>> ListSummariesAsync(string kind, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>All versions of a record, newest first, without their contents.</summary>
    ValueTask<Page<RecordSummary>> ListVersionsAsync(string kind, string id, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a record with all its versions. With an expected version only if that is the newest, else
    /// <see cref="RecordOutcome.Conflict"/>; <see cref="RecordOutcome.NotFound"/> if there is none.
    /// </summary>
    ValueTask<RecordResult> DeleteAsync(string kind, string id, long? expectedVersion, CancellationToken cancellationToken);
}
