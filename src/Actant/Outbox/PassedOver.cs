using Actant.Storage;

namespace Actant.Outbox;

/// <summary>Tenants whose rows are left in the store for now. Used under the pump's lock.</summary>
internal sealed class PassedOver(TryPlaces places)
{
    private readonly HashSet<TenantId> _withoutRoom = [];
    private readonly HashSet<TenantId> _once = [];

    /// <summary>One has more than can be held here: it is left out of the next take, and no longer, so that the rest is reached at once.</summary>
    public void Once(TenantId tenant) => _once.Add(tenant);

    /// <summary>Those to leave out of a take.</summary>
    /// <param name="isMore">Whether another take must follow for some of them.</param>
    public IReadOnlyList<TenantId> Take(out bool isMore)
    {
        _withoutRoom.UnionWith(places.WithoutQuickRoom);
        isMore = _once.Count > 0;
        List<TenantId> tenants = [.. _withoutRoom.Union(_once).Take(StorageLimits.MaxItems)];
        _once.Clear();
        return tenants;
    }

    /// <summary>A try ended. Whether rows that were left may be taken now.</summary>
    public bool Ended() => _withoutRoom.RemoveWhere(places.HasMuchQuickRoom) > 0;
}
