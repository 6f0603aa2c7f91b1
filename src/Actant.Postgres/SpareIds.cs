namespace Actant.Postgres;

/// <summary>
/// Ids that are handed to the database before it is known how many it needs. What was surely not used is handed out again; after
/// an error nothing is given back.
/// </summary>
internal sealed class SpareIds(IdGenerator ids)
{
    private readonly Lock _lock = new();
    private readonly Stack<Guid> _spare = [];

    public List<Guid> Take(int count)
    {
        lock (_lock)
        {
            var taken = new List<Guid>(count);
            for (var i = 0; i < count; i++)
                taken.Add(_spare.TryPop(out var spare) ? spare : ids.Next());
            return taken;
        }
    }

    /// <summary>Takes back the ids from an index on.</summary>
    public void GiveBack(List<Guid> taken, int from)
    {
        lock (_lock)
        {
            for (var i = taken.Count - 1; i >= from; i--)
                _spare.Push(taken[i]);
        }
    }
}
