using Actant.Storage;

namespace Actant.Agents;

public sealed partial class AgentStore
{
    // A page ends here even where a narrow filter has found little: the cursor goes on.
    private const int MostRead = 2_000;

    private const string ReadOnlyCursor = "files-";

    /// <summary>Agents, stored ones first and of these the last made, then those from elsewhere by name.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<AgentRecord>> ListAsync(
        TenantId tenant, AgentFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        limit = StorageLimits.ClampLimit(limit);
        var found = new List<AgentRecord>();
        if (cursor?.StartsWith(ReadOnlyCursor, StringComparison.Ordinal) != true)
        {
            for (var read = 0; read < MostRead;)
            {
                var page = await _stored.ListAsync(tenant, cursor, Math.Max(1, limit - found.Count), cancellationToken);
                found.AddRange(page.Items.Select(AgentRecord.Of).Where(filter.Matches));
                read += page.Items.Count;
                cursor = page.Cursor;
                if (cursor is null)
                {
                    break;
                }

                if (found.Count >= limit || read >= MostRead)
                {
                    return new Page<AgentRecord>(found, cursor);
                }
            }
        }

        var after = cursor?[ReadOnlyCursor.Length..];
        var rest = _readOnly is null ? [] : (await _readOnly.ListAsync(tenant, cancellationToken))
            .Select(Fixed)
            .Where(filter.Matches)
            .OrderBy(static agent => agent.Name, StringComparer.Ordinal)
            .SkipWhile(agent => after is not null && string.CompareOrdinal(agent.Name, after) <= 0)
            .ToList();
        var room = limit - found.Count;
        found.AddRange(rest.Take(room));
        return new Page<AgentRecord>(found, rest.Count > room ? ReadOnlyCursor + (room == 0 ? "" : rest[room - 1].Name) : null);
    }

    /// <summary>All versions of a stored agent, newest first; <c>null</c> where there is none.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<AgentRecord>?> ListVersionsAsync(
        TenantId tenant, string idOrName, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await _stored.ListVersionsAsync(tenant, idOrName, cursor, limit, cancellationToken);
        return page is null ? null : new Page<AgentRecord>([.. page.Items.Select(AgentRecord.Of)], page.Cursor);
    }
}
