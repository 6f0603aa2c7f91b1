namespace Actant.Outbox;

/// <summary>How many tries of each tenant are under way, and whose rows were left in the store because of that. Used under the pump's lock.</summary>
internal sealed class TenantTable(int most)
{
    private readonly Dictionary<TenantId, int> _inFlight = [];
    private readonly HashSet<TenantId> _leftOut = [];

    public bool HasRoom(TenantId tenant) => _inFlight.GetValueOrDefault(tenant) < most;

    public void Begin(TenantId tenant) => _inFlight[tenant] = _inFlight.GetValueOrDefault(tenant) + 1;

    /// <summary>A try ended. Whether rows that were left may be taken now.</summary>
    public bool End(TenantId tenant)
    {
        var left = _inFlight[tenant] - 1;
        if (left == 0)
        {
            _inFlight.Remove(tenant);
        }
        else
        {
            _inFlight[tenant] = left;
        }

        return left <= most / 2 && _leftOut.Remove(tenant);
    }

    /// <summary>Those without room, whose rows are left now.</summary>
    public IReadOnlyList<TenantId> LeaveOut()
    {
        foreach (var (tenant, _) in _inFlight.Where(tenant => tenant.Value >= most))
        {
            _leftOut.Add(tenant);
        }

        return [.. _leftOut];
    }
}
