namespace Actant;

/// <summary>Bounds of a tool's calls.</summary>
public sealed record ToolLimits
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of its result as JSON; a larger one is an error that the model sees.</summary>
    public int MaxOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>The most calls of the tool that a tenant may begin within <see cref="Window"/>; no bound if absent.</summary>
    public int? MaxCalls { get; init; }

    /// <summary>The sliding window that <see cref="MaxCalls"/> counts in.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);
}
