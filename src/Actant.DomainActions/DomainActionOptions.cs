using StackExchange.Redis;
using Role = Actant.Access.Role;

namespace Actant.DomainActions;

/// <summary>How actions are taken from the queues of a Redis, and answered there; see <c>docs/domain-actions.md</c>.</summary>
public sealed record DomainActionOptions
{
    private const int LongestName = 64;
    private const int MostWeight = 1_000;

    /// <summary>The servers, and how they are reached; see <see cref="Redis.RedisStreamOptions.Client"/>.</summary>
    public required ConfigurationOptions Client { get; init; }

    /// <summary>Where the password comes from, if it may change while the process runs: asked for each new connection.</summary>
    public Func<string?>? PasswordSource { get; init; }

    /// <summary>The tiers whose queues are taken from, and how much of the work each has while all of them have some: 1 to 1,000.</summary>
    public IReadOnlyDictionary<string, int> Tiers { get; init => field = Checked(value, nameof(Tiers)); } =
        new Dictionary<string, int>(StringComparer.Ordinal) { ["free"] = 1, ["advance"] = 2, ["professional"] = 4, ["enterprise"] = 8 };

    /// <summary>The contexts of each tier, which are its queues, and their weights inside it.</summary>
    public IReadOnlyDictionary<string, int> Contexts { get; init => field = Checked(value, nameof(Contexts)); } =
        new Dictionary<string, int>(StringComparer.Ordinal) { ["high_priority"] = 4, ["default"] = 1 };

    /// <summary>The tier of tenants of which nothing was said. <c>free</c> by default.</summary>
    public string DefaultTier { get; init => field = OptionRange.CheckText(value, LongestName); } = "free";

    /// <summary>
    /// How long a node may be silent about what it has taken from a queue before another node takes that over: 5 s by default. Nothing is taken from that
    /// queue meanwhile.
    /// </summary>
    public TimeSpan Lease { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long answers wait for whoever asked. 10 min by default.</summary>
    public TimeSpan ReplyLifetime { get; init => field = OptionRange.Check(value, TimeSpan.FromSeconds(1), OptionRange.LongestWait); } = TimeSpan.FromMinutes(10);

    /// <summary>How long callbacks with results wait in queues that are empty. 24 h by default.</summary>
    public TimeSpan CallbackLifetime { get; init => field = OptionRange.Check(value, TimeSpan.FromSeconds(1), OptionRange.LongestWait); } = TimeSpan.FromHours(24);

    /// <summary>How many answers may wait in one queue; beyond that a result is tried again later, and another answer is dropped. 100,000 by default.</summary>
    public int MaxReplies { get; init => field = OptionRange.Check(value, 1, int.MaxValue); } = 100_000;

    /// <summary>Bytes of what was given up that are kept of one queue; the oldest go first. 64 MiB by default.</summary>
    public long DeadBytes { get; init => field = OptionRange.Check(value, 1024, 1L << 40); } = 64L * 1024 * 1024;

    /// <summary>After how many deaths of a process that had nothing else of its queue an action is given up. 5 by default.</summary>
    public int MaxTries { get; init => field = OptionRange.Check(value, 1, 1_000_000); } = 5;

    /// <summary>What actions may do: <see cref="Role.Editor"/> where their definitions may name secrets.</summary>
    public Role Role { get; init; } = Role.Runner;

    /// <summary>Whether actions are taken; otherwise callbacks are sent only.</summary>
    public bool TakesActions { get; init; } = true;

    /// <summary>Whether a name can be part of a queue's.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
    }

    private static IReadOnlyDictionary<string, int> Checked(IReadOnlyDictionary<string, int> weights, string option)
    {
        ArgumentNullException.ThrowIfNull(weights, option);
        return weights.Count is > 0 and <= LongestName && weights.All(static pair => IsName(pair.Key) && pair.Value is >= 1 and <= MostWeight)
            ? weights
            : throw new ArgumentException($"{option}: 1 to {LongestName} names of letters, digits, `_` and `-` are expected, with weights from 1 to {MostWeight}.", option);
    }
}
