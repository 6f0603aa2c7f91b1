namespace Actant.Definitions;

/// <summary>What a node's failure does.</summary>
public sealed record ErrorPolicy
{
    /// <summary>What happens when the retries, if any, are used up.</summary>
    public ErrorStrategy Strategy { get; init; }

    /// <summary>Attempts of a step in all, 1 to 20. Permanent failures are never retried.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The wait before the second attempt; doubled each time, with jitter.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(60);
}
