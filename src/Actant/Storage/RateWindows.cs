namespace Actant.Storage;

/// <summary>The windows of limits that one process keeps alone: exact, in memory, forgotten with the process. Safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
public sealed class RateWindows(TimeProvider time)
{
    private const int SweepAt = 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId Tenant, BlobHash Limit, TimeSpan Window), Queue<long>> _given = [];
    private int _sweepAt = SweepAt;

    /// <summary>How many limits are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _given.Count;
            }
        }
    }

    /// <summary>Gives what the window has left, to be used at once.</summary>
    public Grant Take(GrantRequest request)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var key = (request.Tenant, request.Limit, request.Window);
            if (!_given.TryGetValue(key, out var given))
            {
                Sweep(now);
                _given[key] = given = [];
            }

            Forget(given, request.Window, now);
            var count = Math.Clamp(request.Capacity - given.Count, 0, request.Wanted);
            for (var i = 0; i < count; i++)
            {
                given.Enqueue(now);
            }

            return new Grant(count, TimeSpan.Zero, count < request.Wanted ? RetryAfter(given, request, now) : TimeSpan.Zero, 0);
        }
    }

    // Limits of one name may have different capacities: of more than fit, all but the newest must go first.
    private TimeSpan RetryAfter(Queue<long> given, GrantRequest request, long now) =>
        request.Window - time.GetElapsedTime(given.ElementAt(given.Count - request.Capacity), now);

    private void Forget(Queue<long> given, TimeSpan window, long now)
    {
        while (given.TryPeek(out var first) && time.GetElapsedTime(first, now) >= window)
        {
            given.Dequeue();
        }
    }

    private void Sweep(long now)
    {
        if (_given.Count < _sweepAt)
        {
            return;
        }

        foreach (var (key, given) in _given)
        {
            Forget(given, key.Window, now);
            if (given.Count == 0)
            {
                _given.Remove(key);
            }
        }

        _sweepAt = Math.Max(SweepAt, _given.Count * 2);
    }
}
