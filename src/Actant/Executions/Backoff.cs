using Actant.Definitions;

namespace Actant.Executions;

/// <summary>How long to wait before another attempt.</summary>
internal static class Backoff
{
    /// <summary>
    /// Doubled with each attempt, between half and all of it by chance so that many do not come back at once, and never shorter
    /// than the other side asked for.
    /// </summary>
    public static TimeSpan Wait(ErrorPolicy policy, int attempt, Failure failure, Random random)
    {
        var doubled = policy.Backoff * Math.Pow(2, Math.Min(attempt - 1, 30));
        var bounded = doubled < policy.MaxBackoff ? doubled : policy.MaxBackoff;
        double jitter;
        lock (random)
        {
            jitter = random.NextDouble();
        }

        var wait = bounded * (0.5 + (jitter / 2));
        var asked = TimeSpan.FromMilliseconds(failure.RetryAfterMs ?? 0);
        return asked > wait ? asked : wait;
    }
}
