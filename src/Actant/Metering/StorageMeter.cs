using System.Diagnostics.Metrics;
using Actant.Tiers;

namespace Actant.Metering;

/// <summary>What tenants store, of those that were active on this node: as it was counted last, so that a look at the numbers counts nothing.</summary>
internal static class StorageMeter
{
    private const int MostTenants = 200;

    public static void Watch(Meter meter, StorageRoom room)
    {
        var names = new BoundedNames(MostTenants);
        meter.CreateObservableGauge("actant.storage.used", () => Read(room, names), "By", "Bytes that are stored of a tenant.");
    }

    private static IEnumerable<Measurement<long>> Read(StorageRoom room, BoundedNames names)
    {
        var used = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (tenant, account) in room.Accounts)
        {
            if (account.Known is { } bytes)
            {
                var name = names.Of(tenant.Value);
                used[name] = used.GetValueOrDefault(name) + bytes;
            }
        }

        return used.Select(static row => new Measurement<long>(row.Value, new KeyValuePair<string, object?>("tenant", row.Key)));
    }
}
