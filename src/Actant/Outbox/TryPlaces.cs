namespace Actant.Outbox;

/// <summary>
/// The places of the tries under way, so that those that take long take nothing from the others. Used under the pump's lock.
/// </summary>
/// <remarks>
/// <para>Half of the places are for destinations that answered quickly the last time, half for all others. A quick try that is not over after
/// <see cref="DeliveryOptions.SlowAfter"/> counts among the slow ones from then on, and leaves its place to the next. So a quick place is free again
/// after that time at the latest, whatever any number of tenants and destinations do.</para>
/// <para>Slow places are divided: when there is none, a try that is slow already is cut short, of the tenant that has the most. A tenant
/// with fewer never loses one to it. What was cut short counts as a time-out.</para>
/// </remarks>
internal sealed class TryPlaces(DeliveryOptions options)
{
    private readonly Queue<TryPlace> _quick = [];
    private readonly List<TryPlace> _slow = [];
    private readonly Dictionary<TenantId, TenantTries> _tenants = [];
    private int _quickCount;

    /// <summary>How many tries are under way.</summary>
    public int Count => _quickCount + _slow.Count;

    /// <summary>Those that have as many quick tries under way as they may.</summary>
    public IEnumerable<TenantId> WithoutQuickRoom => _tenants.Where(tenant => tenant.Value.Quick >= options.MaxPerTenant).Select(static tenant => tenant.Key);

    private int MostSlow => Math.Max(1, options.MaxConcurrent / 2);

    private int MostQuick => Math.Max(1, options.MaxConcurrent - MostSlow);

    /// <summary>Whether a quick destination could be tried.</summary>
    public bool HasQuickRoom(DateTimeOffset now)
    {
        Age(now);
        return _quickCount < MostQuick;
    }

    /// <summary>Whether half of a tenant's quick places are free.</summary>
    public bool HasMuchQuickRoom(TenantId tenant) => !_tenants.TryGetValue(tenant, out var tries) || tries.Quick <= options.MaxPerTenant / 2;

    /// <summary>How many tries of a tenant are under way.</summary>
    public int CountOf(TenantId tenant) => _tenants.TryGetValue(tenant, out var tries) ? tries.Quick + tries.Slow : 0;

    /// <summary>A place for a try; <c>null</c> when there is none now.</summary>
    public TryPlace? TryTake(DestinationState destination, TenantId tenant, DateTimeOffset now)
    {
        Age(now);
        var tries = _tenants.GetValueOrDefault(tenant) ?? new TenantTries();
        var hasRoom = destination.IsQuick
            ? _quickCount < MostQuick && tries.Quick < options.MaxPerTenant
            : (_slow.Count < MostSlow && tries.Slow < options.MaxPerTenant) || MakeRoom(destination, tenant, tries.Slow, now);
        if (!hasRoom)
        {
            return null;
        }

        var place = new TryPlace(destination, tenant, now);
        _tenants[tenant] = tries;
        if (destination.IsQuick)
        {
            _quick.Enqueue(place);
            _quickCount++;
            tries.Quick++;
        }
        else
        {
            AddSlow(place, tries);
        }

        return place;
    }

    /// <summary>A try has ended.</summary>
    public void Return(TryPlace place)
    {
        if (!place.IsOver)
        {
            Remove(place);
        }
    }

    /// <summary>When a place may be free next because a try takes long; <c>null</c> when none will be.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now) => _slow.Concat(_quick.Where(static place => !place.IsOver))
        .Select(place => (DateTimeOffset?)(place.Since + options.SlowAfter)).Where(at => at > now).Min();

    /// <summary>What takes long counts as slow from now on.</summary>
    private void Age(DateTimeOffset now)
    {
        while (_quick.TryPeek(out var first) && (first.IsOver || IsLong(first, now)))
        {
            _quick.Dequeue();
            if (first.IsOver)
            {
                continue;
            }

            var tries = _tenants[first.Tenant];
            _quickCount--;
            tries.Quick--;
            first.Destination.IsQuick = false;
            AddSlow(first, tries);
            if (tries.Slow > options.MaxPerTenant)
            {
                Cut(first.Tenant, now);
            }
            else if (_slow.Count > MostSlow)
            {
                Cut(TenantWithMost(), now);
            }
        }
    }

    /// <summary>Takes a place from who has the most, for a destination that has none. Of one's own it is taken too: many may be hanging, and one not.</summary>
    private bool MakeRoom(DestinationState destination, TenantId tenant, int slow, DateTimeOffset now)
    {
        if (destination.InFlight > 0)
        {
            return false;
        }

        var isOwn = slow >= options.MaxPerTenant || _tenants[TenantWithMost()].Slow <= slow + 1;
        return Cut(isOwn ? tenant : TenantWithMost(), now);
    }

    private TenantId TenantWithMost() => _tenants.MaxBy(static tenant => tenant.Value.Slow).Key;

    /// <summary>Cuts the longest one short, if one is slow; rather of a destination that did not answer the last time.</summary>
    private bool Cut(TenantId tenant, DateTimeOffset now)
    {
        var longest = _slow.Where(place => place.Tenant == tenant && IsLong(place, now)).OrderBy(static place => place.Destination.Answers).ThenBy(static place => place.Since).FirstOrDefault();
        if (longest is null)
        {
            return false;
        }

        Remove(longest);
        longest.CutShort();
        return true;
    }

    private void AddSlow(TryPlace place, TenantTries tries)
    {
        place.IsSlow = true;
        _slow.Add(place);
        tries.Slow++;
    }

    private void Remove(TryPlace place)
    {
        place.IsOver = true;
        var tries = _tenants[place.Tenant];
        if (place.IsSlow)
        {
            _slow.Remove(place);
            tries.Slow--;
        }
        else
        {
            _quickCount--;
            tries.Quick--;
        }

        if (tries.IsNothing)
        {
            _tenants.Remove(place.Tenant);
        }
    }

    private bool IsLong(TryPlace place, DateTimeOffset now) => place.Since + options.SlowAfter <= now;
}
