using Actant.Storage;
namespace Actant.InMemory;

/// <summary>The tenants that have done anything.</summary>
internal sealed class InMemoryTenants
{
    private readonly Dictionary<TenantId, InMemoryTenant> _all = [];

    public InMemoryTenant this[TenantId id]
    {
        get
        {
            if (!_all.TryGetValue(id, out var tenant))
                _all[id] = tenant = new InMemoryTenant();
            return tenant;
        }
    }

    public IEnumerable<InMemoryTenant> WithWork => _all.Values.Where(tenant => tenant.Ready.Count > 0);

    public QueueDepth Measure(int max)
    {
        List<InMemoryThread> ready = [.. WithWork.SelectMany(static tenant => tenant.Ready).Take(max)];
        return new QueueDepth(
            ready.CountBy(static thread => thread.Key.Tenant).ToDictionary(),
            ready.Where(static thread => thread.StoredPlace.IsNew).Min(static thread => thread.Current?.Record.CreatedAt));
    }

    public TenantShare ShareOf(TenantId id) => _all.GetValueOrDefault(id)?.Share ?? TenantShare.Default;
}
