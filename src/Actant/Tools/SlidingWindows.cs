namespace Actant.Tools;

/// <summary>The windows of one process: each limit holds on each node by itself.</summary>
internal sealed class SlidingWindows(TimeProvider time) : IToolRateLimiter
{
    private const int SweepAt = 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId Tenant, string Tool), Calls> _calls = [];
    private int _sweepAt = SweepAt;

    public ValueTask<TimeSpan?> TryTakeAsync(TenantId tenant, string tool, int maxCalls, TimeSpan window, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_calls.TryGetValue((tenant, tool), out var calls))
            {
                Sweep();
                _calls[(tenant, tool)] = calls = new Calls();
            }

            // Agents may bound the same tool differently: what the widest window needs is kept.
            calls.Window = window > calls.Window ? window : calls.Window;
            calls.Forget(time, now);
            var within = calls.Begun.SkipWhile(begun => time.GetElapsedTime(begun, now) >= window).ToList();
            if (within.Count < maxCalls)
            {
                calls.Begun.Enqueue(now);
                return new((TimeSpan?)null);
            }

            return new(window - time.GetElapsedTime(within[^maxCalls], now));
        }
    }

    private void Sweep()
    {
        if (_calls.Count < _sweepAt)
        {
            return;
        }

        var now = time.GetTimestamp();
        foreach (var (key, calls) in _calls)
        {
            calls.Forget(time, now);
            if (calls.Begun.Count == 0)
            {
                _calls.Remove(key);
            }
        }

        _sweepAt = Math.Max(SweepAt, _calls.Count * 2);
    }

    private sealed class Calls
    {
        public Queue<long> Begun { get; } = [];

        public TimeSpan Window { get; set; }

        public void Forget(TimeProvider time, long now)
        {
            while (Begun.TryPeek(out var begun) && time.GetElapsedTime(begun, now) >= Window)
            {
                Begun.Dequeue();
            }
        }
    }
}
