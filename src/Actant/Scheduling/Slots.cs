namespace Actant.Scheduling;

/// <summary>
/// How many threads a process may hold at once: the slots, which any tenant may fill, and beside them a reserve, a thread for each tenant that
/// holds none here. What runs long cannot be taken away, so that without it one tenant's backlog would keep all others waiting.
/// </summary>
internal sealed class Slots(EngineOptions options)
{
    private readonly Lock _lock = new();

    /// <summary>How many threads of each tenant are held, or are about to be.</summary>
    private readonly Dictionary<TenantId, int> _held = [];

    private int _used;

    private int Total => options.MaxConcurrentExecutions;

    private int Places => Math.Max(1, Total / 4);

    private int TotalWithReserve => Total + Places;

    /// <summary>Reserves a slot for a thread of a tenant, if one is free.</summary>
    public bool TryReserve(TenantId tenant)
    {
        lock (_lock)
        {
            return _used < Total && Hold(tenant);
        }
    }

    /// <summary>Reserves a place beside the slots, all of which are in use, if the tenant holds nothing here.</summary>
    public bool TryReserveBeside(TenantId tenant)
    {
        lock (_lock)
        {
            return _used >= Total && _used < TotalWithReserve && !_held.ContainsKey(tenant) && Hold(tenant);
        }
    }

    /// <summary>Reserves for threads that are not known yet.</summary>
    /// <param name="most">So many slots at most; of the places beside them likewise.</param>
    /// <param name="isForOthers">Whether places beside the slots are worth a look of their own.</param>
    /// <returns>The slots, and places beside them if these are all that were free.</returns>
    public (int Slots, int Beside) Reserve(int most, bool isForOthers)
    {
        lock (_lock)
        {
            var free = Math.Max(Total - _used, 0);
            var slots = Math.Min(free, most);
            var beside = slots == free && (slots > 0 || isForOthers) ? Math.Clamp(TotalWithReserve - _used - slots, 0, most) : 0;
            _used += slots + beside;
            return (slots, beside);
        }
    }

    /// <summary>
    /// Reserves for a thread that is not known yet where everything is in use, places too, because one that is held will soon be given back:
    /// as many as there are places beside the slots.
    /// </summary>
    public bool TryReserveAhead()
    {
        lock (_lock)
        {
            if (_used < TotalWithReserve || _used >= TotalWithReserve + Places)
            {
                return false;
            }

            _used++;
            return true;
        }
    }

    /// <summary>How many threads of a tenant are held.</summary>
    public int HeldOf(TenantId tenant)
    {
        lock (_lock)
        {
            return _held.GetValueOrDefault(tenant);
        }
    }

    /// <summary>A slot that was reserved for an unknown thread is used for one of this tenant.</summary>
    public void Use(TenantId tenant)
    {
        lock (_lock)
        {
            _used--;
            Hold(tenant);
        }
    }

    /// <summary>Takes a slot whether one is free or not: for what must not wait for one.</summary>
    public void Exceed(TenantId tenant)
    {
        lock (_lock)
        {
            Hold(tenant);
        }
    }

    /// <summary>Gives slots back that were reserved and not used.</summary>
    public void GiveBack(int slots)
    {
        lock (_lock)
        {
            _used -= slots;
        }
    }

    /// <summary>Gives a tenant's slot back.</summary>
    /// <returns>Whether the tenant holds nothing more: it may have a place beside the slots.</returns>
    public bool Release(TenantId tenant)
    {
        lock (_lock)
        {
            _used--;
            if (--_held[tenant] > 0)
            {
                return false;
            }

            _held.Remove(tenant);
            return true;
        }
    }

    /// <summary>Whether a tenant holds anything here, or is about to.</summary>
    public bool IsHolder(TenantId tenant)
    {
        lock (_lock)
        {
            return _held.ContainsKey(tenant);
        }
    }

    private bool Hold(TenantId tenant)
    {
        _used++;
        _held[tenant] = _held.GetValueOrDefault(tenant) + 1;
        return true;
    }
}
