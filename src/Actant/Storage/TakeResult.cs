namespace Actant.Storage;

/// <summary>What a take has brought.</summary>
/// <param name="Threads">The leases, first come first.</param>
/// <param name="IsContended">
/// Others were taking from the same tenants at this moment, or there were too many tenants to look at: when no thread came, that does
/// not mean that none is ready. Try again after a few milliseconds.
/// </param>
/// <param name="IsCapped">Ready threads were left because their tenant is at its cap: look again when one of its threads is released.</param>
public sealed record TakeResult(IReadOnlyList<TakenThread> Threads, bool IsContended = false, bool IsCapped = false)
{
    /// <summary>Nothing is ready, or the session has ended.</summary>
    public static TakeResult Nothing { get; } = new([]);
}
