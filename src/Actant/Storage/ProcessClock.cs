namespace Actant.Storage;

/// <summary>
/// The clock of a store that one process owns. Times that are stored are the wall clock's, as a restart will find it; sessions are
/// judged by a clock that nobody sets, so that no jump of the wall clock takes work from a process that is alive. Safe for concurrent
/// use.
/// </summary>
/// <param name="time">The process's clocks.</param>
public sealed class ProcessClock(TimeProvider time)
{
    // Less than that is a wall clock that is slowed down; more, one that was set back.
    private static readonly TimeSpan s_slewed = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DateTimeOffset _begin = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private TimeSpan _lastElapsed;

    /// <summary>
    /// The wall clock, but it never goes back: when that is set back, this one goes on from where it was, lest everything that was due
    /// in a moment waits for as long.
    /// </summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                var (wall, elapsed) = (time.GetUtcNow(), Elapsed);
                if (wall < _last)
                {
                    var goesOn = _last + (elapsed - _lastElapsed);
                    wall = goesOn - wall > s_slewed ? goesOn : _last;
                }

                (_last, _lastElapsed) = (wall, elapsed);
                return wall;
            }
        }
    }

    /// <summary>A clock that nobody sets: the time at which this one was made, and what went by since. For sessions, and for nothing that is stored.</summary>
    public DateTimeOffset Steady => _begin + Elapsed;

    /// <summary>A time of the clock that nobody sets, as a time of the one that stands on the wall now.</summary>
    public DateTimeOffset ToWall(DateTimeOffset steady) => Now + (steady - Steady);

    private TimeSpan Elapsed => time.GetElapsedTime(_started);
}
