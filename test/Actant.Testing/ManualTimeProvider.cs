namespace Actant.Testing;

/// <summary>
/// A clock that moves only when a test moves it. Timers fire inside <see cref="Advance"/>, on the calling thread, in the order
/// of their times, each seeing the clock at its own time.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>Where a clock starts unless told: a whole second, so that stores of any precision agree.</summary>
    public static readonly DateTimeOffset DefaultStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _start;
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly List<(TimeSpan DueTime, TaskCompletionSource Armed)> _expected = [];
    private readonly SortedSet<ManualTimer> _armed = new(Comparer<ManualTimer>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Order.CompareTo(b.Order)));

    private DateTimeOffset _now;
    private TimeSpan _set;
    private long _order;

    public ManualTimeProvider()
        : this(DefaultStart)
    {
    }

    public ManualTimeProvider(DateTimeOffset start)
    {
        _start = start;
        _now = start;
    }

    /// <summary>Timers that are armed now.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _armed.Count;
        }
    }

    /// <summary>How often a timer has fired.</summary>
    public int FiredTimers { get; private set; }

    /// <summary>When the next armed timer fires; nothing without one.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
                return _armed.Min?.Due + _set;
        }
    }

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now + _set;
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        lock (_gate)
            return (_now - _start).Ticks;
    }

    /// <summary>Sets the wall clock; no time goes by, and no timer notices.</summary>
    public void Set(TimeSpan by)
    {
        lock (_gate)
            _set += by;
    }

    /// <summary>Moves the clock and fires everything that becomes due on the way, also what callbacks arm meanwhile.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>Moves the clock to an instant; an earlier one only fires what is due already.</summary>
    public void AdvanceTo(DateTimeOffset target)
    {
        // Without the test's context, as on a real clock: what awaits a timer goes on inside this call and not some time later.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (TakeDue(target - _set) is { } timer)
                timer.Fire();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Moves the clock to the next armed timer and fires it with all others of that instant. <c>false</c> without one.</summary>
    public bool AdvanceToNextTimer()
    {
        if (NextDue is not { } next)
            return false;
        AdvanceTo(next);
        return true;
    }

    /// <summary>Ends as soon as at least so many timers are armed: the code under test sleeps, and the clock may move.</summary>
    public Task WhenArmedAsync(int count = 1)
    {
        lock (_gate)
        {
            if (_armed.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>Ends when a timer is armed from now on that is to fire after just this time.</summary>
    public Task WhenArmedForAsync(TimeSpan dueTime)
    {
        var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _expected.Add((dueTime, armed));
        return armed.Task;
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (_gate)
        {
            if (_armed.Min is not { } timer || timer.Due > target)
            {
                if (target > _now)
                    _now = target;
                return null;
            }

            FiredTimers++;
            _armed.Remove(timer);
            if (timer.Due > _now)
                _now = timer.Due;
            if (timer.Period > TimeSpan.Zero)
                Arm(timer, _now + timer.Period);
            return timer;
        }
    }

    private bool Change(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(dueTime));
        if (period < TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(period));
        lock (_gate)
        {
            if (timer.IsDisposed)
                return false;
            _armed.Remove(timer);
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(timer, _now + dueTime);
            return true;
        }
    }

    // Needs the lock. A timer without delay waits for the next Advance too, be it by zero: nothing fires behind a test's back.
    private void Arm(ManualTimer timer, DateTimeOffset due)
    {
        timer.Due = due;
        timer.Order = ++_order;
        _armed.Add(timer);
        foreach (var (_, armed) in _expected.Where(expected => _now + expected.DueTime == due))
            armed.TrySetResult();
        _expected.RemoveAll(static expected => expected.Armed.Task.IsCompleted);
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Count > _armed.Count)
                continue;
            _waiting[i].Reached.TrySetResult();
            _waiting.RemoveAt(i);
        }
    }

    private void Dispose(ManualTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _armed.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public long Order { get; set; }

        public TimeSpan Period { get; set; }

        public bool IsDisposed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

        public void Dispose() => clock.Dispose(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
