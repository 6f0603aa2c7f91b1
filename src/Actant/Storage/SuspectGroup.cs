namespace Actant.Storage;

/// <summary>The suspects that a session holds, and whether one more may join them; see <see cref="Suspicion"/>.</summary>
public sealed class SuspectGroup
{
    private int _count;
    private int _most = int.MaxValue;
    private bool _isClosed;

    /// <summary>The group of a session that holds threads with such counts.</summary>
    public SuspectGroup(IEnumerable<int> crashes)
    {
        foreach (var held in crashes.Where(static count => count >= Suspicion.From))
            Add(held);
    }

    /// <summary>Lets one in, unless it or one before it found no room: none passes who came first.</summary>
    public bool TryAdd(int crashes)
    {
        _isClosed |= _count >= Math.Min(_most, Suspicion.GroupOf(crashes));
        if (!_isClosed)
            Add(crashes);
        return !_isClosed;
    }

    private void Add(int crashes)
    {
        _count++;
        _most = Math.Min(_most, Suspicion.GroupOf(crashes));
    }
}
