namespace Actant.Mcp;

/// <summary>Thrown where a server cannot be had now; nothing was asked of it.</summary>
/// <param name="message">Why, for the model and the user.</param>
/// <param name="retryAfter">When it may be tried again, if that is known.</param>
/// <param name="isLasting">Whether trying again is of no use.</param>
internal sealed class McpUnavailableException(string message, TimeSpan? retryAfter = null, bool isLasting = false) : Exception(message)
{
    public Failure Failure { get; init; } = new()
    {
        Code = McpErrors.Unavailable,
        Message = message,
        Transient = !isLasting,
        RetryAfterMs = retryAfter is { } wait ? (long)Math.Ceiling(wait.TotalMilliseconds) : null,
    };
}
