using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>How listings are cut into pages.</summary>
internal static class PageRule
{
    /// <summary>A page of rows that a store has read: one more than it holds says that more follow, behind the last one that it holds.</summary>
    /// <param name="rows">The rows, up to one more than the page holds.</param>
    /// <param name="count">How many the page holds.</param>
    /// <param name="placeOf">Where a row stands in the listing.</param>
    /// <param name="itemOf">What of a row is listed.</param>
    public static Page<TItem> Cut<TRow, TItem>(IReadOnlyList<TRow> rows, int count, Func<TRow, PageCursor> placeOf, Func<TRow, TItem> itemOf) =>
        new([.. rows.Take(count).Select(itemOf)], rows.Count > count ? placeOf(rows[count - 1]).ToString() : null);
}
