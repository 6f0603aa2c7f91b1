namespace Actant.Sqlite;

/// <summary>Threads that a node gave back for want of something. They had their turn: they come first, and are charged none again.</summary>
internal static class LeftTable
{
    public const string IsLeft = "needs IS NOT NULL AND ready = 0 AND holder IS NULL";

    // A take costs a hop for each tenant and want, not for each thread.
    private const int MaxHops = 256;

    public static bool Any(WriteScope scope)
    {
        using var query = scope.Connection.Use($"SELECT 1 FROM threads INDEXED BY threads_left WHERE {IsLeft} LIMIT 1");
        return query.Step();
    }

    public static (List<SqliteThread> Chosen, List<TenantId> Capped) Choose(WriteScope scope, OpenedSession session, int max, int format)
    {
        var (chosen, capped) = (new List<SqliteThread>(), new List<TenantId>());
        var taken = new Dictionary<long, int>();
        var (needs, tenant) = ("", long.MinValue);
        for (var hop = 0; hop < MaxHops && chosen.Count < max && Next(scope, needs, tenant) is { } next; hop++)
        {
            (needs, tenant) = next;
            if (!session.Capabilities.IsSupersetOf(needs.Split('\n')))
            {
                tenant = long.MaxValue;
                continue;
            }

            var room = scope.Shares.RoomOf(tenant) - taken.GetValueOrDefault(tenant);
            var rows = room > 0 ? scope.Threads.Left(needs, tenant, format, Math.Min(room, max - chosen.Count)) : [];
            if (room == 0)
                capped.Add(scope.Tenants.NameOf(tenant));
            taken[tenant] = taken.GetValueOrDefault(tenant) + rows.Count;
            chosen.AddRange(rows);
        }

        return (chosen, capped);
    }

    /// <summary>The next want and tenant in the index.</summary>
    private static (string Needs, long Tenant)? Next(WriteScope scope, string needs, long tenant)
    {
        using var query = scope.Connection.Use(
            $"SELECT needs, tenant FROM threads INDEXED BY threads_left WHERE {IsLeft} AND (needs, tenant) > (?, ?) ORDER BY needs, tenant LIMIT 1");
        return query.Bind(needs).Bind(tenant).Step() ? (query.Text(0), query.Long(1)) : null;
    }
}
