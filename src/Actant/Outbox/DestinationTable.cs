using Actant.Storage;

namespace Actant.Outbox;

/// <summary>The destinations that something goes to, or that were in trouble. Bounded; used under the pump's lock.</summary>
internal sealed class DestinationTable(DeliveryOptions options, Random random)
{
    private const int Most = 10_000;

    private readonly Dictionary<string, DestinationState> _states = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, DestinationState>> All => _states;

    /// <summary>Those for which something waits here.</summary>
    public IEnumerable<DestinationState> Waiting => _states.Values.Where(static state => state.Waiting.Count > 0);

    public int Broken => _states.Values.Count(static state => state.Breaker.OpenUntil is not null);

    public DestinationState Of(OutboxDelivery delivery)
    {
        var group = GroupOf(delivery);
        if (!_states.TryGetValue(group, out var state))
        {
            if (_states.Count >= Most)
            {
                foreach (var (idle, _) in _states.Where(static known => known.Value.IsIdle).Take(Most / 2).ToList())
                {
                    _states.Remove(idle);
                }
            }

            _states.Add(group, state = new DestinationState(options, random));
        }

        return state;
    }

    /// <summary>Forgets the destination of a delivery where there is nothing to know about it.</summary>
    public void Forget(OutboxDelivery delivery)
    {
        if (_states.TryGetValue(GroupOf(delivery), out var state) && state.IsIdle && state.Breaker.IsClean && !state.WasLeftOut)
        {
            _states.Remove(GroupOf(delivery));
        }
    }

    private static string GroupOf(OutboxDelivery delivery) => delivery.Row.Group ?? delivery.Row.Destination;
}
