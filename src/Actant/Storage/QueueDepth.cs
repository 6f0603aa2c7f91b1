namespace Actant.Storage;

/// <summary>How much waits to be taken.</summary>
/// <param name="Ready">How many ready threads each tenant has that has any.</param>
/// <param name="Oldest">When the oldest execution was accepted that waits to begin on one of them.</param>
public sealed record QueueDepth(IReadOnlyDictionary<TenantId, int> Ready, DateTimeOffset? Oldest);
