using System.Collections.Concurrent;

namespace Actant.Loops;

/// <summary>
/// Threads that were given back because somebody else wrote to them under our lease. The next lease keeps that writer off; where it does
/// not, again and again, no further one will.
/// </summary>
internal sealed class ConflictedThreads
{
    /// <summary>How many leases are given back before an execution fails.</summary>
    public const int MostLeases = 3;

    private const int MostThreads = 1000;

    private readonly ConcurrentDictionary<ThreadKey, int> _leases = new();

    /// <summary>Counts another lease. <c>true</c> if it is to be the last.</summary>
    public bool IsHopeless(ThreadKey thread)
    {
        if (_leases.Count >= MostThreads)
        {
            _leases.Clear();
        }

        return _leases.AddOrUpdate(thread, 1, static (_, count) => count + 1) > MostLeases;
    }

    /// <summary>A lease went well to its end.</summary>
    public void Forget(ThreadKey thread)
    {
        if (!_leases.IsEmpty)
        {
            _leases.TryRemove(thread, out _);
        }
    }
}
