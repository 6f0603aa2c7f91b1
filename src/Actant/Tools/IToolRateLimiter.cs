namespace Actant.Tools;

/// <summary>Counts calls of tools in sliding windows. Safe for concurrent use.</summary>
internal interface IToolRateLimiter
{
    /// <summary>Takes one call, or says how long to wait; a call that is refused does not count.</summary>
    /// <param name="tenant">Whose call.</param>
    /// <param name="tool">What is counted: a tool's name, or that with its user.</param>
    /// <param name="maxCalls">The most calls within the window.</param>
    /// <param name="window">The window, which ends now; calls with another one are counted apart.</param>
    /// <param name="cancellationToken">Ends the wait for a shared counter.</param>
    /// <returns><c>null</c> if the call may begin, else when the next one may.</returns>
    ValueTask<TimeSpan?> TryTakeAsync(TenantId tenant, string tool, int maxCalls, TimeSpan window, CancellationToken cancellationToken);
}
