using Actant.Tiers;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>Why an execution that has taken so many steps may take no further one, by its definition or its tenant's tier.</summary>
    private Failure? OverSteps(string where)
    {
        var steps = _state.Execution!.Steps;
        if (Tier.MaxSteps is { } most && steps >= most && most < _program!.Definition.Limits.MaxSteps)
        {
            return Over("MaxSteps", $"allows one execution {most} node runs and model calls in all", where);
        }

        return steps < _program!.Definition.Limits.MaxSteps ? null : new Failure
        {
            Code = "recursion_limit",
            Message = $"The execution took {steps} steps, as many as `limits.max_steps` allows. Raise it, or look for a loop that does not end.",
            Where = where,
        };
    }

    /// <summary>Why the tenant's tier lets the execution ask no further model.</summary>
    private Failure? OverTokens(string where) => Tier.MaxTokens is { } most && _state.Execution!.Usage.Total is var used && used >= most
        ? Over("MaxTokens", $"allows one execution {most} tokens, and it has used {used}", where)
        : null;

    /// <summary>The longest time that the tier lets anybody ask for, as the end of a sentence.</summary>
    private string LongestOfTier =>
        Tier.MaxDuration is { } longest ? $"; {Tier.Named("MaxSeconds")} allows {longest.TotalSeconds:0.###} s at most" : "";

    private Failure Over(string setting, string what, string where) => new()
    {
        Code = "tier_limit",
        Message = $"{Tier.Named(setting)} {what}. {TierLimits.Advice}",
        Where = where,
    };
}
