namespace Actant.Api;

/// <summary>How many may follow executions at once, over every way in together, and how patient those are with them.</summary>
public sealed record StreamLimits
{
    /// <summary>Readers of one tenant at once, on this process; further ones get <c>too_many_readers</c>. 500 by default.</summary>
    public int MaxReadersPerTenant { get; init => field = OptionRange.Check(value, 1, 1_000_000); } = 500;

    /// <summary>Readers at once on this process. 2,000 by default.</summary>
    public int MaxReaders { get; init => field = OptionRange.Check(value, 1, 1_000_000); } = 2_000;

    /// <summary>A reader that takes nothing for so long is let go; it comes back with the last id it saw. 30 s by default.</summary>
    public TimeSpan SendTimeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);
}
