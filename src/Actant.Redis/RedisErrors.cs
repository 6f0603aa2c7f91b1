using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Actant.Redis;

/// <summary>Counts what Redis did not take; logs it at once, and then once a minute.</summary>
internal sealed partial class RedisErrors(Func<Meter> meter, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Lazy<Counter<long>> _counter = new(() =>
        meter().CreateCounter<long>("agent_executor_redis_publish_errors", "{error}", "Messages that Redis did not take."), LazyThreadSafetyMode.PublicationOnly);

    private long _unsaid;
    private DateTimeOffset _quietUntil;

    /// <summary>Messages were not taken, or had to wait because it was away.</summary>
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

        LogNotTaken(log, said);
    }

    [LoggerMessage(EventId = 6005, Level = LogLevel.Warning, Message = "Redis did not take messages, or could not be tried: {Count} times since the last such line. Executions are not affected")]
    private static partial void LogNotTaken(ILogger logger, long count);
}
