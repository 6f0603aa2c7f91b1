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
    public string? Tier { get; init; }

    /// <summary>0 to 9: the priority of executions where neither the request nor the agent says; 4 if absent.</summary>
    public int? Priority { get; init; }
}
