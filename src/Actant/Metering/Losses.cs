using System.Diagnostics.Metrics;

namespace Actant.Metering;

/// <summary>Counts what was lost on its way out, where nothing depends on it; says so at once, and then once a minute. Safe for concurrent use.</summary>
/// <param name="counter">Makes the counter; asked for when there is something to count, because the engine may not be there before.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Told how many were lost since it was told last.</param>
internal sealed class Losses(Func<Counter<long>> counter, TimeProvider time, Action<long> say)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Lazy<Counter<long>> _counter = new(counter, LazyThreadSafetyMode.PublicationOnly);

    private long _unsaid;
    private DateTimeOffset _quietUntil;

    /// <summary>So many were lost, or had to wait.</summary>
    public void Add(int count)
    {
        try
        {
            _counter.Value.Add(count);
        }
        catch (ObjectDisposedException)
        {
            // The application stops.
        }

        long said;
        lock (_lock)
        {
            _unsaid += count;
            if (time.GetUtcNow() < _quietUntil)
            {
                return;
            }

            (said, _unsaid, _quietUntil) = (_unsaid, 0, time.GetUtcNow() + s_pause);
        }

        say(said);
    }
}
