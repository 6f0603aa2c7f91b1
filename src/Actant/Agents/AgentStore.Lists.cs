using Actant.Catalogue;
using Actant.Storage;

namespace Actant.Agents;

public sealed partial class AgentStore
{
    // A page ends here even where a narrow filter has found little: the cursor goes on.
    private const int MostRead = 2_000;

    // Of those that a filter may leave out so many are read at once.
    private const int Batch = 200;

    private const string ReadOnlyCursor = "files-";

    /// <summary>Agents, stored ones first and of these the last made, then those from elsewhere by name. Reads no definitions of stored ones.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<AgentSummary>> ListAsync(
        TenantId tenant, AgentFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        limit = StorageLimits.ClampLimit(limit);
        var found = new List<AgentSummary>();
        if (cursor?.StartsWith(ReadOnlyCursor, StringComparison.Ordinal) != true)
        {
            for (var read = 0; ;)
            {
                var page = await _stored.ListAsync(tenant, cursor, filter == AgentFilter.All ? Math.Max(1, limit - found.Count) : Batch, cancellationToken);
                foreach (var item in page.Items)
                {
                    var agent = AgentSummary.Of(item);
                    if (!filter.Matches(agent))
                    {
                        continue;
                    }

                    found.Add(agent);
                    if (found.Count == limit && (item != page.Items[^1] || page.Cursor is not null))
                    {
                        return new Page<AgentSummary>(found, item.Record.Place.ToString());
                    }
                }

                cursor = page.Cursor;
                read += page.Items.Count;
                if (cursor is null)
                {
                    break;
                }

                if (read >= MostRead)
                {
                    return new Page<AgentSummary>(found, cursor);
                }
            }
        }

        var after = cursor?[ReadOnlyCursor.Length..];
        var rest = _readOnly is null ? [] : (await _readOnly.ListAsync(tenant, cancellationToken))
            .Select(static definition => AgentSummary.Of(Fixed(definition)))
            .Where(filter.Matches)
            .OrderBy(static agent => agent.Name, StringComparer.Ordinal)
            .SkipWhile(agent => after is not null && string.CompareOrdinal(agent.Name, after) <= 0)
            .ToList();
        var room = limit - found.Count;
        found.AddRange(rest.Take(room));
        return new Page<AgentSummary>(found, rest.Count > room ? ReadOnlyCursor + (room == 0 ? "" : rest[room - 1].Name) : null);
    }

    /// <summary>All versions of an agent, newest first, of one from elsewhere the only one; <c>null</c> where there is none.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<AgentSummary>?> ListVersionsAsync(
        TenantId tenant, string reference, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var named = DefinitionReference.Parse(reference);
        var isPinned = named is not { Version: null, Label: null };
        if ((!isPinned || await GetAsync(tenant, reference, cancellationToken) is not null)
            && await _stored.ListVersionsAsync(tenant, named.IdOrName, cursor, limit, cancellationToken) is { } page)
        {
            return new Page<AgentSummary>([.. page.Items.Select(AgentSummary.Of)], page.Cursor);
        }

        return !isPinned && await GetAsync(tenant, reference, cancellationToken) is { } agent ? new Page<AgentSummary>([AgentSummary.Of(agent)], null) : null;
    }
}
