using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Loops;

/// <summary>What one execution may use in all, by its definition and its tenant's tier.</summary>
internal static class ExecutionLimits
{
    /// <summary>How many children one execution starts at most.</summary>
    public const int MaxChildren = 1000;

    /// <summary>Bytes of a child's input, and of its output: what a signal can hold, without what stands beside the value.</summary>
    public const int MaxChildInputBytes = StorageLimits.MaxBodyBytes - (256 * 1024);

    /// <summary>Why an execution that has taken so many steps may take no further one.</summary>
    public static Failure? OverSteps(ExecutionState execution, LimitsDefinition limits, TierLimits tier, string where)
    {
        var steps = execution.Steps;
        if (tier.MaxSteps is { } most && steps >= most && most < limits.MaxSteps)
        {
            return Over(tier, "MaxSteps", $"allows one execution {most} node runs and model calls in all", where);
        }

        return steps < limits.MaxSteps ? null : new Failure
        {
            Code = "recursion_limit",
            Message = $"The execution took {steps} steps, as many as `limits.max_steps` allows. Raise it, or look for a loop that does not end.",
            Where = where,
        };
    }

    /// <summary>Why the tenant's tier lets the execution call no further model.</summary>
    public static Failure? OverTokens(ExecutionState execution, TierLimits tier, string where) => tier.MaxTokens is { } most && execution.Usage.Total is var used && used >= most
        ? Over(tier, "MaxTokens", $"allows one execution {most} tokens, and it has used {used}", where)
        : null;

    /// <summary>How many bytes the state of one scope may hold.</summary>
    public static int StateBytes(LimitsDefinition limits, TierLimits tier) => Math.Min(limits.MaxStateBytes, CeilingOfState(tier));

    /// <summary>Which limit <see cref="StateBytes"/> is, as messages name it.</summary>
    public static string WhichStateBytes(LimitsDefinition limits, TierLimits tier) => Which("MaxStateBytes", tier, CeilingOfState(tier) < limits.MaxStateBytes, "max_state_bytes");

    /// <summary>How deep agents and graphs may be nested.</summary>
    public static int Depth(LimitsDefinition limits, TierLimits tier) => Math.Min(limits.MaxDepth, tier.MaxDepth ?? int.MaxValue);

    /// <summary>Which limit <see cref="Depth"/> is, as messages name it.</summary>
    public static string WhichDepth(LimitsDefinition limits, TierLimits tier) => Which("MaxDepth", tier, tier.MaxDepth < limits.MaxDepth, "max_depth");

    /// <summary>Why an execution has ended that was not over by its deadline.</summary>
    public static Failure TimedOut(DateTimeOffset deadline, TierLimits tier)
    {
        var longest = tier.MaxDuration is { } most ? $"; {tier.Named("MaxSeconds")} allows {most.TotalSeconds:0.###} s at most" : "";
        return new Failure
        {
            Code = "execution_timed_out",
            Message = $"The execution should have ended by {deadline:O}. Raise `limits.timeout_ms` or the request's `timeout_ms`{longest}.",
        };
    }

    /// <summary>How many bytes the state of one scope may hold, whatever its definition says.</summary>
    public static int CeilingOfState(TierLimits tier) => tier.MaxStateBytes ?? TierLimits.DefaultMaxStateBytes;

    private static string Which(string setting, TierLimits tier, bool isOfTheTier, string field) => isOfTheTier ? tier.Named(setting) : $"`limits.{field}`";

    private static Failure Over(TierLimits tier, string setting, string what, string where) => new()
    {
        Code = "tier_limit",
        Message = $"{tier.Named(setting)} {what}. {TierLimits.Advice}",
        Where = where,
    };
}
