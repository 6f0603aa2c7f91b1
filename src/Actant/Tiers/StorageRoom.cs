using System.Collections.Concurrent;
using Actant.Storage;

namespace Actant.Tiers;

/// <summary>What tenants may store, and do: an account for each of them that is active on this node.</summary>
internal sealed class StorageRoom(IActantStore store, Func<TenantId, TierLimits> tierOf, TimeProvider time)
{
    // Tenants are as many as their keys. Those that nobody serves for long are measured anew when they come again.
    private const int MostAccounts = 10_000;

    private readonly ConcurrentDictionary<TenantId, StorageAccount> _accounts = [];

    /// <summary>What is known here of tenants: of each that was active on this node.</summary>
    public IEnumerable<KeyValuePair<TenantId, StorageAccount>> Accounts => _accounts;

    /// <summary>The account of a tenant.</summary>
    public StorageAccount Of(TenantId tenant)
    {
        if (_accounts.TryGetValue(tenant, out var account))
        {
            return account;
        }

        if (_accounts.Count >= MostAccounts)
        {
            _accounts.Clear();
        }

        return _accounts.GetOrAdd(tenant, static (key, room) => new StorageAccount(room.Store.For(key), () => room.TierOf(key), room.Time), this);
    }

    private IActantStore Store => store;

    private TimeProvider Time => time;

    private Func<TenantId, TierLimits> TierOf => tierOf;
}
