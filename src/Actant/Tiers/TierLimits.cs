namespace Actant.Tiers;

/// <summary>
/// What the executions of one tenant may use at most, and with which priority they start. An agent's own limits count where they are
/// stricter. Read anew at every step: all nodes that share a store should be given the same.
/// </summary>
public sealed record TierLimits
{
    /// <summary>No limit.</summary>
    public static TierLimits None { get; } = new();

    /// <summary>The tier's name, which refusals mention; <c>null</c> if the tenant is of none.</summary>
    public string? Tier { get; init => field = value is null ? null : OptionRange.CheckText(value, 255); }

    /// <summary>0 to 9: the priority of executions where neither the request nor the agent says; 4 if absent.</summary>
    public int? Priority { get; init => field = OptionRange.Check(value, 0, 9); }

    /// <summary>How often a node may call its model in one run: the ceiling of <c>max_turns</c>.</summary>
    public int? MaxIterations { get; init => field = OptionRange.Check(value, 1, 1_000); }

    /// <summary>Node runs and model calls of one execution in all: the ceiling of <c>limits.max_steps</c>.</summary>
    public int? MaxSteps { get; init => field = OptionRange.Check(value, 1, 1_000_000); }

    /// <summary>The longest time from acceptance to end that a request or an agent may ask for.</summary>
    public TimeSpan? MaxDuration { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(3650)); }

    /// <summary>How many different tools the nodes of one agent may name.</summary>
    public int? MaxTools { get; init => field = OptionRange.Check(value, 0, 1_000); }

    /// <summary>Tokens of one execution: when so many are used, no further model is called. What is under way then still counts.</summary>
    public long? MaxTokens { get; init => field = OptionRange.Check(value, 1, 1_000_000_000_000); }

    /// <summary>The ceiling of states where no tier says another: 64 MiB.</summary>
    public const int DefaultMaxStateBytes = 64 * 1024 * 1024;

    /// <summary>Bytes of the state of one scope: the ceiling of <c>limits.max_state_bytes</c>; <see cref="DefaultMaxStateBytes"/> if absent.</summary>
    public int? MaxStateBytes { get; init => field = OptionRange.Check(value, 1024, 1024 * 1024 * 1024); }

    /// <summary>What a tenant may store where no tier says otherwise: 64 GiB.</summary>
    public const long DefaultMaxStoredBytes = 64L * 1024 * 1024 * 1024;

    /// <summary>
    /// Bytes that may be stored of the tenant: threads, inputs that wait, deliveries, agents and definitions; <see cref="DefaultMaxStoredBytes"/> if absent.
    /// Nothing new is let in above it; executions that run may store a quarter more, and fail then.
    /// </summary>
    public long? MaxStoredBytes { get; init => field = OptionRange.Check(value, 1024, 1L << 60); }

    /// <summary>How deep agents and graphs may be nested: the ceiling of <c>limits.max_depth</c>, and of its default.</summary>
    public int? MaxDepth { get; init => field = OptionRange.Check(value, 1, 32); }

    /// <summary>How many earlier turns of the thread models are given; 0 gives none.</summary>
    public int? History { get; init => field = OptionRange.Check(value, 0, 1_000_000); }

    /// <summary>What to do about a limit, as messages end.</summary>
    internal const string Advice = "Make the task smaller, or ask the operator for more.";

    /// <summary>Names a limit and whose it is, as messages begin.</summary>
    internal string Named(string setting) => $"`{setting}` of the tenant{(Tier is null ? "" : $"'s tier `{Tier}`")}";
}
