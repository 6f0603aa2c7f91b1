using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>Pages of executions and threads: a walk over everything, fit for what one process keeps in memory. Needs the store's lock.</summary>
internal sealed class InMemoryListing(InMemoryState state)
{
    public Page<ExecutionRecord> Executions(TenantId tenant, ExecutionFilter filter, string? cursor, int limit)
    {
        var after = PageCursor.Parse(cursor);
        var matching = state.Executions
            .Where(execution => execution.Record.Thread.Tenant == tenant
                && (filter.Status is not { } status || execution.Record.Status == status)
                && (filter.Agent is not { } agent || execution.Record.Agent == agent)
                && (filter.Thread is not { } thread || execution.Record.Thread.Thread == thread)
                && (filter.Keys.Count == 0 || filter.Keys.All(key => execution.Record.Tags?.Keys.Contains(key) == true)));
        return Cut(matching, execution => new PageCursor(execution.Record.CreatedAt, execution.Number), execution => execution.Record, after, limit);
    }

    public IReadOnlyList<string> Threads(TenantId tenant, string subject, string? after, int limit) =>
    [
        .. state.Threads.Where(thread => thread.Key.Tenant == tenant && thread.Subjects.Contains(subject)).Select(thread => thread.Key.Thread)
            .Where(name => after is null || string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).Take(StorageLimits.ClampLimit(limit)),
    ];

    public Page<ThreadRecord> Threads(TenantId tenant, string? cursor, int limit)
    {
        var after = PageCursor.Parse(cursor);
        var matching = state.Threads.Where(thread => thread.Key.Tenant == tenant);
        return Cut(matching, thread => new PageCursor(thread.UpdatedAt, thread.Number), thread => thread.ToRecord(), after, limit);
    }

    public Page<OutboxRecord> Outbox(TenantId tenant, bool dead, string? cursor, int limit)
    {
        var after = PageCursor.Parse(cursor);
        var matching = state.Outbox.Rows.Where(row => row.Thread.Key.Tenant == tenant && row.IsDead == dead);

        // By number alone: what is sent again has a new one.
        return Cut(matching, static row => new PageCursor(DateTimeOffset.UnixEpoch, row.Sequence), static row => row.ToRecord(), after, limit);
    }

    public static Page<TItem> Cut<TRow, TItem>(
        IEnumerable<TRow> rows, Func<TRow, PageCursor> placeOf, Func<TRow, TItem> itemOf, PageCursor? after, int limit)
    {
        var count = StorageLimits.ClampLimit(limit);
        var found = rows
            .Select(row => (Row: row, Place: placeOf(row)))
            .Where(row => after is not { } last || row.Place.IsAfter(last))
            .OrderByDescending(row => row.Place.At)
            .ThenByDescending(row => row.Place.Number)
            .Take(count + 1)
            .ToList();
        return PageRule.Cut(found, count, static row => row.Place, row => itemOf(row.Row));
    }
}
