namespace Actant.DomainActions;

/// <summary>
/// Whose turn it is: of tiers that have work each gets as much as its weight says, and so do the queues inside one. One that had nothing to do for a while has
/// no claim on what others did meanwhile. Used by one thread at a time.
/// </summary>
internal sealed class ActionTurns(IReadOnlyDictionary<string, int> tiers)
{
    // What one has missed while it was busy, in turns of weight 1. One that is put back again and again is busy for hours.
    private const double MostMissed = 16;

    private readonly Dictionary<string, double> _tiers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _queues = new(StringComparer.Ordinal);
    private HashSet<string> _present = [];
    private HashSet<string> _presentQueues = [];
    private double _now;

    /// <summary>How many of each queue come next.</summary>
    /// <param name="room">How many there may be.</param>
    /// <param name="waiting">Queues with what waits in them.</param>
    /// <param name="busy">Queues of which some are taken already: they get none, and lose nothing.</param>
    public Dictionary<ActionQueue, int> Share(int room, IReadOnlyDictionary<ActionQueue, long> waiting, IReadOnlySet<ActionQueue> busy)
    {
        var left = waiting.Where(pair => pair.Value > 0 && !busy.Contains(pair.Key)).ToDictionary();
        Enter(left.Keys.Concat(busy).ToList());
        var shares = new Dictionary<ActionQueue, int>();
        for (; room > 0 && left.Count > 0; room--)
        {
            var tier = left.Keys.MinBy(queue => _tiers[queue.Tier])!.Tier;
            var next = left.Keys.Where(queue => queue.Tier == tier).MinBy(queue => _queues[queue.Name])!;
            shares[next] = shares.GetValueOrDefault(next) + 1;
            _now = Math.Max(_now, _tiers[tier]);
            Charge(next, 1);
            if (--left[next] == 0)
            {
                left.Remove(next);
            }
        }

        return shares;
    }

    /// <summary>So many of what was shared out were not there.</summary>
    public void GiveBack(ActionQueue queue, int count) => Charge(queue, -count);

    /// <summary>Queues that are there no more.</summary>
    public void Forget(Func<string, bool> isThere)
    {
        foreach (var name in _queues.Keys.Where(name => !isThere(name)).ToList())
        {
            _queues.Remove(name);
        }
    }

    private void Charge(ActionQueue queue, int count)
    {
        _tiers[queue.Tier] = _tiers.GetValueOrDefault(queue.Tier) + ((double)count / tiers.GetValueOrDefault(queue.Tier, 1));
        _queues[queue.Name] = _queues.GetValueOrDefault(queue.Name) + ((double)count / queue.Weight);
    }

    /// <summary>Whoever comes back begins where the others are.</summary>
    private void Enter(List<ActionQueue> present)
    {
        if (present.Count == 0)
        {
            return;
        }

        var here = present.Select(static queue => queue.Tier).ToHashSet(StringComparer.Ordinal);
        var floor = here.Where(_present.Contains).Select(tier => _tiers[tier]).DefaultIfEmpty(_now).Min();
        foreach (var tier in here.Where(tier => !_present.Contains(tier)))
        {
            _tiers[tier] = Math.Max(_tiers.GetValueOrDefault(tier), floor);
        }

        foreach (var group in present.GroupBy(static queue => queue.Tier, StringComparer.Ordinal))
        {
            var known = group.Where(queue => _presentQueues.Contains(queue.Name)).Select(queue => _queues.GetValueOrDefault(queue.Name)).DefaultIfEmpty(0).Min();
            foreach (var queue in group.Where(queue => !_presentQueues.Contains(queue.Name)))
            {
                _queues[queue.Name] = Math.Max(_queues.GetValueOrDefault(queue.Name), known);
            }
        }

        foreach (var tier in here)
        {
            _tiers[tier] = Math.Max(_tiers.GetValueOrDefault(tier), _now - MostMissed);
        }

        _present = here;
        _presentQueues = present.Select(static queue => queue.Name).ToHashSet(StringComparer.Ordinal);
    }
}
