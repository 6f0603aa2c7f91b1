namespace Actant.Outbox;

/// <summary>Rings at the earliest of the times that it was told, once. Safe for concurrent use.</summary>
internal sealed class WakeTimer : IAsyncDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly Action _ring;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private DateTimeOffset? _next;
    private DateTimeOffset? _armedFor;

    public WakeTimer(TimeProvider time, Action ring)
    {
        (_time, _ring) = (time, ring);
        _timer = time.CreateTimer(static timer => ((WakeTimer)timer!).TimeCame(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Rings at a time, or before.</summary>
    public void RingAt(DateTimeOffset at)
    {
        lock (_gate)
        {
            _next = _next is { } next && next < at ? next : at;
            if (_armedFor is { } armed && armed <= _next)
            {
                return;
            }

            _armedFor = _next;
            var wait = _next.Value - _time.GetUtcNow();
            _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < s_longest ? wait : s_longest, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void TimeCame()
    {
        lock (_gate)
        {
            _armedFor = null;
            if (_next is { } next && next > _time.GetUtcNow())
            {
                // The store's clock is a little behind, or the timer was the longest there is.
                RingAt(next);
                return;
            }

            _next = null;
        }

        _ring();
    }
}
