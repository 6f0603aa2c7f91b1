namespace Actant.Storage;

/// <summary>
/// The store's clock as this process knows it: whatever is stored, or compared with what is stored, goes by it, so that a node whose
/// own clock is wrong is wrong about nothing. Waiting and measuring stay on the process's monotonic clock. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A reading was made between two moments of the monotonic clock, before it was asked for and after the answer: that bounds what the
/// store's clock is ahead by. What several readings agree on is kept. Of the rest the latest moment counts: rather a deadline that
/// passes a round trip early than a call that begins after it.
/// </remarks>
/// <param name="time">The process's clocks.</param>
/// <param name="store">Whose clock it is.</param>
internal sealed class StoreClock(TimeProvider time, IActantStore store) : TimeProvider
{
    private const int Readings = 3;

    /// <summary>How far two good clocks of two machines go apart, at most: 500 millionths.</summary>
    private const double Drift = 0.0005;

    /// <summary>A reading that took longer is made again, where nothing better is known.</summary>
    private static readonly TimeSpan s_vague = TimeSpan.FromMilliseconds(100);

    /// <summary>Without a session nobody brings the time: it is asked for when the last reading is older.</summary>
    private static readonly TimeSpan s_stays = TimeSpan.FromMinutes(5);

    private readonly long _start = time.GetTimestamp();
    private volatile Bounds? _bounds;

    /// <inheritdoc />
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    /// <summary>The store's time; the process's own until the store was asked for the first time.</summary>
    public override DateTimeOffset GetUtcNow() => _bounds is { } bounds ? bounds.Latest + SinceStart(GetTimestamp()) : time.GetUtcNow();

    /// <summary>How long until the store's clock has surely come to a time: then it may be asked for what is due.</summary>
    public TimeSpan Until(DateTimeOffset due) =>
        due - GetUtcNow() + (_bounds is { } bounds ? bounds.Latest - bounds.Earliest : TimeSpan.Zero);

    /// <inheritdoc />
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>The store said what time it is.</summary>
    /// <param name="at">Its clock.</param>
    /// <param name="sent"><see cref="GetTimestamp"/> before it was asked.</param>
    public void Read(DateTimeOffset at, long sent)
    {
        var received = GetTimestamp();
        var reading = new Bounds(at - SinceStart(received), at - SinceStart(sent), received);
        while (true)
        {
            var before = _bounds;
            if (Interlocked.CompareExchange(ref _bounds, before is null ? reading : Agreed(before, reading), before) == before)
            {
                return;
            }
        }
    }

    /// <summary>Asks the store, unless it is known well enough what its clock says.</summary>
    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        for (var readings = 0; readings < Readings && !(_bounds is { } bounds && IsGood(bounds)); readings++)
        {
            var sent = GetTimestamp();
            Read(await store.ReadClockAsync(cancellationToken), sent);
        }
    }

    private bool IsGood(Bounds bounds) => bounds.Latest - bounds.Earliest <= s_vague && GetElapsedTime(bounds.ReadAt) < s_stays;

    private Bounds Agreed(Bounds before, Bounds reading)
    {
        var drift = GetElapsedTime(before.ReadAt, reading.ReadAt) * Drift;
        var earliest = before.Earliest - drift > reading.Earliest ? before.Earliest - drift : reading.Earliest;
        var latest = before.Latest + drift < reading.Latest ? before.Latest + drift : reading.Latest;

        // They contradict each other: the store's clock was set, or another machine has the database now.
        return earliest <= latest ? new Bounds(earliest, latest, reading.ReadAt) : reading;
    }

    private TimeSpan SinceStart(long timestamp) => GetElapsedTime(_start, timestamp);

    /// <summary>Between what the store's clock said at this one's start.</summary>
    private sealed record Bounds(DateTimeOffset Earliest, DateTimeOffset Latest, long ReadAt);
}
