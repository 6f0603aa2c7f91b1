using Actant.Storage;

namespace Actant.Outbox;

/// <summary>The destinations that something goes to, or that were in trouble, and what is known of others. Bounded; used under the pump's lock.</summary>
/// <param name="options">Times and bounds.</param>
/// <param name="senders">Who sends there, and may take more at once.</param>
/// <param name="random">For waits that differ.</param>
internal sealed class DestinationTable(DeliveryOptions options, OutboxSenders senders, Random random)
{
    private const int Most = 10_000;

    private readonly Dictionary<string, DestinationState> _states = new(StringComparer.Ordinal);

    /// <summary>How many tries may go to those that nothing is to be said against.</summary>
    private readonly Dictionary<string, int> _quick = new(StringComparer.Ordinal);

    private readonly HashSet<DestinationState> _waiting = [];
    private readonly HashSet<DestinationState> _left = [];

    /// <summary>Those for which something waits here.</summary>
    public IReadOnlyCollection<DestinationState> Waiting => _waiting;

    /// <summary>How many deliveries wait here.</summary>
    public int Held { get; private set; }

    public int Broken => _states.Values.Count(static state => state.Breaker.OpenUntil is not null);

    public DestinationState Of(OutboxDelivery delivery)
    {
        var group = GroupOf(delivery);
        if (!_states.TryGetValue(group, out var state))
        {
            if (_states.Count >= Most)
            {
                foreach (var (idle, _) in _states.Where(known => known.Value.IsIdle && !_left.Contains(known.Value)).Take(Most / 2).ToList())
                {
                    _states.Remove(idle);
                }
            }

            var scheme = DeliveryNote.SchemeOf(delivery.Row.Destination);
            _states.Add(group, state = new DestinationState(options, senders.Find(scheme)?.MostAtOnce ?? options.MaxPerDestination, random));
            if (_quick.Remove(group, out var window))
            {
                state.Trust(window);
            }

            if (scheme == DeliveryNote.ThreadScheme)
            {
                // It is this store itself: nothing is to be found out.
                state.Trust(state.Most);
            }
        }

        return state;
    }

    /// <summary>Those without room, whose rows are left in the store now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="backAt">Told when one that is left alone is tried again.</param>
    public List<string> LeaveOut(DateTimeOffset now, Action<DateTimeOffset> backAt)
    {
        var groups = new List<string>();

        // First those for which something waits here, and those left to others: they are left out whatever else there is, or their rows would come and go.
        var without = _states.Where(known => known.Value.Waiting.Count > 0 || known.Value.Room(now) <= 0)
            .OrderBy(known => known.Value.Waiting.Count == 0 && !(known.Value.LeftUntil > now));
        foreach (var (group, state) in without.Take(StorageLimits.MaxItems))
        {
            groups.Add(group);
            state.WasLeftOut = true;
            if (state.ClosedUntil is { } until && until > now)
            {
                backAt(until);
            }
        }

        return groups;
    }

    /// <summary>Leaves what goes to a destination to others for some time. <c>false</c> where so many are left that a take could not name them.</summary>
    /// <param name="state">The destination.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When it is taken here again.</param>
    public bool TryLeave(DestinationState state, DateTimeOffset now, DateTimeOffset until)
    {
        _left.RemoveWhere(left => left.LeftUntil <= now);
        if (_left.Count >= StorageLimits.MaxItems / 2)
        {
            return false;
        }

        state.LeftUntil = until;
        _left.Add(state);
        return true;
    }

    /// <summary>Lets a delivery wait here until a time.</summary>
    public void Hold(DestinationState state, OutboxDelivery delivery, DateTimeOffset until)
    {
        state.Waiting.Enqueue((delivery, until));
        _waiting.Add(state);
        Held++;
    }

    /// <summary>The first that waits does so no longer.</summary>
    public OutboxDelivery Release(DestinationState state)
    {
        var (delivery, _) = state.Waiting.Dequeue();
        if (state.Waiting.Count == 0)
        {
            _waiting.Remove(state);
        }

        Held--;
        return delivery;
    }

    /// <summary>Forgets the destination of a delivery where there is nothing to know about it but that it is quick.</summary>
    public void Forget(OutboxDelivery delivery)
    {
        var group = GroupOf(delivery);
        if (!_states.TryGetValue(group, out var state) || !state.IsIdle || !state.Breaker.IsClean || state.WasLeftOut || state.LeftUntil is not null)
        {
            return;
        }

        _states.Remove(group);
        if (state.IsQuick)
        {
            if (_quick.Count >= Most)
            {
                foreach (var known in _quick.Keys.Take(Most / 2).ToList())
                {
                    _quick.Remove(known);
                }
            }

            _quick[group] = state.Window;
        }
    }

    /// <summary>Destinations of a scheme answer again: none of them is left alone any longer.</summary>
    public void Mend(string scheme)
    {
        // A group is the tenant, and what may be in trouble as a whole.
        foreach (var (group, state) in _states)
        {
            var origin = group.AsSpan(group.IndexOf(' ', StringComparison.Ordinal) + 1);
            if (origin.SequenceEqual(scheme) || (origin.StartsWith(scheme) && origin[scheme.Length..].StartsWith(":")))
            {
                state.Breaker.Close();
            }
        }
    }

    private static string GroupOf(OutboxDelivery delivery) => delivery.Row.Group ?? delivery.Row.Destination;
}
