using Actant.Definitions;

namespace Actant.Loops;

/// <summary>How long to wait before another attempt.</summary>
internal static class RetryWait
{
    /// <summary>More than any execution may take: whoever asks for more is waited for until the deadline.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    /// <summary>As the policy says, and never shorter than the other side asked for.</summary>
    public static TimeSpan Of(ErrorPolicy policy, int attempt, Failure failure, Random random)
    {
        var wait = Backoff.Wait(policy.Backoff, policy.MaxBackoff, attempt, random);
        var asked = TimeSpan.FromMilliseconds(Math.Clamp(failure.RetryAfterMs ?? 0, 0, (long)s_longest.TotalMilliseconds));
        return asked > wait ? asked : wait;
    }
}
