namespace Actant.Outbox;

/// <summary>How results are delivered.</summary>
public sealed class DeliveryOptions
{
    /// <summary>
    /// Tries under way, and as many that wait here for room, at once in this process. Half of them are for destinations whose last try was over within
    /// <see cref="SlowAfter"/>, half for all others. 256 by default.
    /// </summary>
    public int MaxConcurrent { get; set => field = OptionRange.Check(value, 1, 100_000); } = 256;

    /// <summary>
    /// Of these, to one destination (scheme, host and port) for one tenant; one at first, twice as many with each answer, half as many with each failure. 16 by default.
    /// </summary>
    public int MaxPerDestination { get; set => field = OptionRange.Check(value, 1, 100_000); } = 16;

    /// <summary>Of each half, for one tenant. 64 by default.</summary>
    public int MaxPerTenant { get; set => field = OptionRange.Check(value, 1, 100_000); } = 64;

    /// <summary>
    /// A try that takes longer is slow: it no longer takes a place of the quick ones, and it may be cut short where others wait and its tenant has the most. 1 s by default.
    /// </summary>
    public TimeSpan SlowAfter { get; set => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(1);

    /// <summary>How long one try may take; at most 20 s, because after 30 s somebody else takes it. 15 s by default.</summary>
    public TimeSpan AttemptTimeout { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), s_longestTry); } = TimeSpan.FromSeconds(15);

    /// <summary>After so many tries it is kept as dead. 50 by default.</summary>
    public int MaxAttempts { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 50;

    /// <summary>After so long it is kept as dead. 24 h by default.</summary>
    public TimeSpan MaxAge { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(3650)); } = TimeSpan.FromHours(24);

    /// <summary>The wait after the first failure; it doubles with each, and each is up to a fifth shorter or longer by chance. 1 s by default.</summary>
    public TimeSpan FirstWait { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries. 1 h by default.</summary>
    public TimeSpan LongestWait { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromHours(1);

    /// <summary>After so many failures in a row a destination is left alone for a while. 5 by default.</summary>
    public int BreakAfter { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 5;

    /// <summary>How long at first; it doubles while a single try after it fails. 5 s by default.</summary>
    public TimeSpan FirstBreak { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(5);

    /// <summary>How long at most. 5 min by default.</summary>
    public TimeSpan LongestBreak { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromMinutes(5);

    /// <summary>The largest body; instead of a larger one the execution goes without its output, and says where that is. 1 MiB by default.</summary>
    public int MaxBodyBytes { get; set => field = OptionRange.Check(value, 1, Storage.StorageLimits.MaxBodyBytes); } = 1024 * 1024;

    /// <summary>Where the API is reached from outside, for the link in such a body; without it the link is a path.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// Where every end of every tenant's executions is delivered too, whatever they ask for themselves: for senders of the operator's own. None by default.
    /// Nobody's view of an execution shows them.
    /// </summary>
    public IReadOnlyList<DeliveryTarget> Always { get; set; } = [];

    // A try must be over before the row is anybody's again.
    private static readonly TimeSpan s_longestTry = TimeSpan.FromSeconds(20);
}
