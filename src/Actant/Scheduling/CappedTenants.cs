namespace Actant.Scheduling;

/// <summary>
/// Tenants of which the last look left ready threads because of their caps. That a thread of one of them is released is a reason to look
/// again; that one of another tenant is, would cost each execution a look that finds nothing.
/// </summary>
internal sealed class CappedTenants
{
    private readonly Lock _lock = new();
    private readonly HashSet<TenantId> _released = [];
    private HashSet<TenantId> _capped = [];
    private bool _isLooking;

    /// <summary>A look begins: what is released from now on, it may not see.</summary>
    public void BeginLook()
    {
        lock (_lock)
        {
            _released.Clear();
            _isLooking = true;
        }
    }

    /// <summary>A look has left ready threads of these.</summary>
    /// <returns>Whether a thread of one of them was released meanwhile.</returns>
    public bool EndLook(IReadOnlyList<TenantId> capped)
    {
        lock (_lock)
        {
            _isLooking = false;
            _capped = [.. capped];
            return _capped.Overlaps(_released);
        }
    }

    /// <summary>A thread was released.</summary>
    /// <returns>Whether that is a reason to look again.</returns>
    public bool Release(TenantId tenant)
    {
        lock (_lock)
        {
            if (_isLooking)
            {
                _released.Add(tenant);
            }

            return _capped.Contains(tenant);
        }
    }
}
