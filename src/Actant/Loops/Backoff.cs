using Actant.Definitions;

namespace Actant.Loops;

/// <summary>How long to wait before another attempt.</summary>
internal static class Backoff
{
    /// <summary>More than any execution may take: whoever asks for more is waited for until the deadline.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    /// <summary>
    /// Doubled with each attempt, between half and all of it by chance so that many do not come back at once, and never shorter
    /// than the other side asked for.
    /// </summary>
    public static TimeSpan Wait(ErrorPolicy policy, int attempt, Failure failure, Random random)
    {
        var doubled = policy.Backoff.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        var bounded = TimeSpan.FromMilliseconds(Math.Min(doubled, policy.MaxBackoff.TotalMilliseconds));
        var wait = bounded * (0.5 + (random.NextDouble() / 2));
        var asked = TimeSpan.FromMilliseconds(Math.Clamp(failure.RetryAfterMs ?? 0, 0, (long)s_longest.TotalMilliseconds));
        return asked > wait ? asked : wait;
    }
}
