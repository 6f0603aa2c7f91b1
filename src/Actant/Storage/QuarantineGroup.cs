namespace Actant.Storage;

/// <summary>The quarantined threads that a session holds, and whether one more may join them; see <see cref="Quarantine"/>.</summary>
public sealed class QuarantineGroup
{
    private int _count;
    private int _most = int.MaxValue;
    private bool _isClosed;

    /// <summary>The group of a session that holds threads with such counts.</summary>
    public QuarantineGroup(IEnumerable<int> crashes)
    {
        foreach (var held in crashes.Where(static count => count >= Quarantine.From))
            Add(held);
    }

    /// <summary>Lets one in, unless it or one before it found no room: none passes who came first.</summary>
    public bool TryAdd(int crashes)
    {
        _isClosed |= _count >= Math.Min(_most, Quarantine.GroupOf(crashes));
        if (!_isClosed)
            Add(crashes);
        return !_isClosed;
    }

    private void Add(int crashes)
    {
        _count++;
        _most = Math.Min(_most, Quarantine.GroupOf(crashes));
    }
}
