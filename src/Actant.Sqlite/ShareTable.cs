using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Shares of tenants on the writer's connection, and where each stands in the turns: that lives as long as the process.</summary>
internal sealed class ShareTable(WriteScope scope)
{
    // Bounded: whoever is forgotten begins where the others are.
    private const int MaxKnown = 100_000;

    private readonly Dictionary<long, FairTenant> _known = [];

    public FairTurns Turns { get; } = new();

    public FairTenant Of(long tenant)
    {
        if (_known.TryGetValue(tenant, out var known))
            return known;
        if (_known.Count >= MaxKnown)
            _known.Clear();
        using var query = scope.Connection.Use("SELECT weight, max_running, max_queued FROM tenants WHERE id = ?");
        query.Bind(tenant).Step();
        return _known[tenant] = new FairTenant { Share = Read(query, 0) };
    }

    public void Set(long tenant, TenantShare share)
    {
        using var update = scope.Connection.Use("UPDATE tenants SET weight = ?, max_running = ?, max_queued = ? WHERE id = ?");
        update.Bind(share.Weight).Bind((long?)share.MaxRunning).Bind((long?)share.MaxQueued).Bind(tenant).Run();
        Of(tenant).Share = share;
        scope.WakeForWork();
    }

    /// <summary>How many threads the tenant's cap has room for.</summary>
    public int RoomOf(long tenant) =>
        Of(tenant).Share.MaxRunning is { } max ? TakeRule.Room(max, scope.Threads.CountLeased(tenant)) : int.MaxValue;

    /// <summary>Whether a submission may be leased at once: with a cap, not past those that wait for room already.</summary>
    public bool StartsAtOnce(long tenant) =>
        Of(tenant).Share.MaxRunning is null || (RoomOf(tenant) > 0 && !scope.Threads.HasReady(tenant, behind: 0));

    /// <summary>Whether as many executions of the tenant wait as may.</summary>
    public bool IsFull(long tenant) => Of(tenant).Share.MaxQueued is { } most && scope.Executions.CountPending(tenant, most) == most;

    /// <summary>A rollback may have taken a tenant's row or its share away.</summary>
    public void Forget() => _known.Clear();

    public static TenantShare Read(Statement row, int first) =>
        new(row.Int(first), (int?)row.LongOrNull(first + 1), (int?)row.LongOrNull(first + 2));
}
