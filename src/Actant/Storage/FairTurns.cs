namespace Actant.Storage;

/// <summary>
/// Virtual time between tenants. A turn begins at the tenant's own time, or now if that is later: nobody saves up what he did not
/// use. Taking a thread moves the tenant's time on by 1 / weight; the smallest time is next.
/// </summary>
public sealed class FairTurns
{
    private const long Unit = 1_000_000;

    /// <summary>
    /// So far turns beside the others may be ahead of them. Without it, who waits through many of these would afterwards have as many in a row.
    /// </summary>
    private const long MostAhead = 16 * Unit;

    /// <summary>Where the last turn began: what is smaller has been idle.</summary>
    private long _now;

    /// <summary>Takes threads in turns, until there are so many or no more.</summary>
    /// <param name="sources">The ready threads of each tenant in its own order, each with at most as many as its cap has room for.</param>
    /// <param name="max">So many at most.</param>
    /// <param name="isBeside">Whether others are left out whose turn it may be: they keep it.</param>
    public List<T> Take<T>(IEnumerable<(FairTenant Tenant, IEnumerator<T> Ready)> sources, int max, bool isBeside = false)
    {
        var turns = new PriorityQueue<(FairTenant Tenant, IEnumerator<T> Ready), (long Time, long Order)>();
        var order = 0L;
        foreach (var source in sources)
        {
            source.Tenant.Time = Math.Max(source.Tenant.Time, _now);
            turns.Enqueue(source, (source.Tenant.Time, order++));
        }

        var taken = new List<T>();
        while (taken.Count < max && turns.TryDequeue(out var turn, out var place))
        {
            if (!turn.Ready.MoveNext())
                continue;
            taken.Add(turn.Ready.Current);
            _now = Math.Max(_now, isBeside ? place.Time - MostAhead : place.Time);
            turn.Tenant.Time += Unit / turn.Tenant.Share.Weight;
            turns.Enqueue(turn, (turn.Tenant.Time, order++));
        }

        return taken;
    }
}
