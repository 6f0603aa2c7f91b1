namespace Actant;

/// <summary>Counts what tenants hold of something that there is only so much of, so that nobody takes all there is.</summary>
/// <param name="mostOfTenant">So much may one tenant hold.</param>
/// <param name="most">So much may all hold together.</param>
internal sealed class TenantBudget(long mostOfTenant, long most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, long> _ofTenants = [];
    private long _all;

    /// <summary>What came of wanting some.</summary>
    public enum Outcome
    {
        /// <summary>It is held now.</summary>
        Taken,

        /// <summary>The tenant would hold more than its share.</summary>
        TenantFull,

        /// <summary>All would hold more than there is.</summary>
        Full,
    }

    /// <summary>What all hold.</summary>
    public long Held
    {
        get
        {
            lock (_lock)
            {
                return _all;
            }
        }
    }

    /// <summary>Takes so much for a tenant, or nothing.</summary>
    public Outcome TryTake(TenantId tenant, long amount)
    {
        lock (_lock)
        {
            var own = _ofTenants.GetValueOrDefault(tenant);
            if (amount > mostOfTenant - own)
            {
                return Outcome.TenantFull;
            }

            if (amount > most - _all)
            {
                return Outcome.Full;
            }

            _ofTenants[tenant] = own + amount;
            _all += amount;
            return Outcome.Taken;
        }
    }

    /// <summary>Takes so much for a tenant, even where there is no more: others do not get it then.</summary>
    public void Take(TenantId tenant, long amount)
    {
        lock (_lock)
        {
            _ofTenants[tenant] = _ofTenants.GetValueOrDefault(tenant) + amount;
            _all += amount;
        }
    }

    /// <summary>Gives back what a tenant took.</summary>
    public void Give(TenantId tenant, long amount)
    {
        if (amount == 0)
        {
            return;
        }

        lock (_lock)
        {
            _all -= amount;
            if ((_ofTenants[tenant] -= amount) == 0)
            {
                _ofTenants.Remove(tenant);
            }
        }
    }
}
