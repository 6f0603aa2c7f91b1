namespace Actant.Scheduling;

/// <summary>
/// Tenants of which the last poll left ready threads because of their caps. That a thread of one of them is released is a reason to poll
/// again; that one of another tenant is, would cost each execution a poll that finds nothing.
/// </summary>
internal sealed class CappedTenants
{
    private readonly Lock _lock = new();
    private readonly HashSet<TenantId> _released = [];
    private HashSet<TenantId> _capped = [];
    private bool _isPolling;

    /// <summary>A poll begins: what is released from now on, it may not see.</summary>
    public void BeginPoll()
    {
        lock (_lock)
        {
            _released.Clear();
            _isPolling = true;
        }
    }

    /// <summary>A poll has left ready threads of these.</summary>
    /// <returns>Whether a thread of one of them was released meanwhile.</returns>
    public bool EndPoll(IReadOnlyList<TenantId> capped)
    {
        lock (_lock)
        {
            _isPolling = false;
            _capped = [.. capped];
            return _capped.Overlaps(_released);
        }
    }

    /// <summary>A thread was released.</summary>
    /// <returns>Whether that is a reason to poll again.</returns>
    public bool Release(TenantId tenant)
    {
        lock (_lock)
        {
            if (_isPolling)
            {
                _released.Add(tenant);
            }

            return _capped.Contains(tenant);
        }
    }
}
