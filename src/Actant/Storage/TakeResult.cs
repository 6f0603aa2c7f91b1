namespace Actant.Storage;

/// <summary>What a take has brought.</summary>
/// <param name="Threads">The leases, first come first.</param>
/// <param name="IsContended">
/// Others were taking from the same tenants at this moment, or there were too many tenants to look at: when no thread came, that does
/// not mean that none is ready. Try again after a few milliseconds.
/// </param>
public sealed record TakeResult(IReadOnlyList<TakenThread> Threads, bool IsContended = false)
{
    /// <summary>Tenants of which ready threads were left because of their caps: poll again when a thread of one of them is released.</summary>
    public IReadOnlyList<TenantId> Capped { get; init; } = [];

    /// <summary>Nothing is ready, or the session has ended.</summary>
    public static TakeResult Nothing { get; } = new([]);
}
