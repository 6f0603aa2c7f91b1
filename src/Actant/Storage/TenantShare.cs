namespace Actant.Storage;

/// <summary>A tenant's share in the work.</summary>
/// <param name="Weight">How much of it, against the weights of others that have work: 1 to 1,000.</param>
/// <param name="MaxRunning">How many of its threads may be leased at once, on all nodes; <c>null</c>: no bound.</param>
/// <param name="MaxQueued">How many of its executions may wait, accepted and not started; <c>null</c>: no bound.</param>
public sealed record TenantShare(int Weight = 1, int? MaxRunning = null, int? MaxQueued = null)
{
    /// <summary>What a tenant has of which nothing was said.</summary>
    public static TenantShare Default { get; } = new();
}
