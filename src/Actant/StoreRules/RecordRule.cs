using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Changes of records.</summary>
/// <remarks>In PostgreSQL: <c>actant_write_record</c> and <c>actant_delete_record</c>.</remarks>
internal static class RecordRule
{
    /// <summary>Whether a write may have been stored before: only then need the newest version be read.</summary>
    public static bool MayStand(RecordWrite write, long newest) => newest == write.ExpectedVersion + 1;

    /// <summary>What becomes of a write, as far as the record tells; <c>null</c>: it is stored unless another record has the name.</summary>
    /// <param name="write">The write.</param>
    /// <param name="newest">The record's newest version; 0 where there is none.</param>
    /// <param name="standing">That version, where it was read.</param>
    public static RecordOutcome? Recognise(RecordWrite write, long newest, StoredRecord? standing)
    {
        if (standing is not null && MayStand(write, newest) && standing.Name == write.Name && standing.Body.Span.SequenceEqual(write.Body.Span))
            return RecordOutcome.Stored;
        return newest == write.ExpectedVersion ? null : RecordOutcome.Conflict;
    }

    /// <summary>What becomes of a deletion.</summary>
    /// <param name="newest">The record's newest version; <c>null</c> where there is none.</param>
    /// <param name="expected">The version that the caller knows, if that matters.</param>
    public static RecordResult Delete(long? newest, long? expected)
    {
        if (newest is not { } version)
            return new RecordResult(RecordOutcome.NotFound, 0);
        return expected is { } known && known != version ? new RecordResult(RecordOutcome.Conflict, version) : new RecordResult(RecordOutcome.Stored, 0);
    }
}
