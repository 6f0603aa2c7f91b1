namespace Actant.Outbox;

/// <summary>What waits for room, or for a destination that is left alone.</summary>
internal sealed partial class OutboxPump
{
    /// <summary>A sender says that its destinations answer again.</summary>
    private void CameBack(string scheme)
    {
        lock (_gate)
        {
            _destinations.Mend(scheme);
        }

        Poll();
    }

    /// <summary>Begins what waits and has room now: in turns, and first of the tenants that have the fewest under way.</summary>
    private void StartWaiting(DateTimeOffset now)
    {
        bool hasBegun;
        do
        {
            hasBegun = false;
            foreach (var state in _destinations.Waiting.OrderBy(waiting => _places.CountOf(waiting.Waiting.Peek().Delivery.Thread.Tenant)).ToList())
            {
                if (TryBegin(state, state.Waiting.Peek().Delivery, now))
                {
                    _destinations.Release(state);
                    hasBegun = true;
                }
            }
        }
        while (hasBegun);
        if (_destinations.Held > 0)
        {
            RingForPlace(now);
        }
    }
}
