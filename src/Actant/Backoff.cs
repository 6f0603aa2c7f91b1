namespace Actant;

/// <summary>Waits that grow while something fails again and again. For one loop: not safe for concurrent use.</summary>
/// <param name="first">The wait after the first failure.</param>
/// <param name="longest">The longest one.</param>
/// <param name="random">So that many do not come back at once.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private const int MostDoublings = 30;

    /// <summary>How often it failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>It failed once more: how long to wait now.</summary>
    public TimeSpan Next() => Wait(first, longest, ++Failures, random);

    /// <summary>It worked.</summary>
    public void Reset() => Failures = 0;

    /// <summary>The wait after so many failures in a row: twice as long with each, up to the longest.</summary>
    public static TimeSpan Doubled(TimeSpan first, TimeSpan longest, int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings)), longest.TotalMilliseconds));

    /// <summary>The same, between half and all of it by chance.</summary>
    public static TimeSpan Wait(TimeSpan first, TimeSpan longest, int failures, Random random) =>
        Doubled(first, longest, failures) * (0.5 + (random.NextDouble() / 2));
}
