namespace Actant.Definitions;

/// <summary>Bounds of one execution.</summary>
public sealed record LimitsDefinition
{
    /// <summary>Activations and model calls in all, before it fails with <c>recursion_limit</c>.</summary>
    public int MaxSteps { get; init; } = 1000;

    /// <summary>From acceptance to end; waits for people count only with <see cref="CountWaiting"/>. <c>null</c> takes the server's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether time asleep for a person counts towards <see cref="Timeout"/>.</summary>
    public bool CountWaiting { get; init; }

    /// <summary>How deep sub-agents and sub-graphs may nest.</summary>
    public int MaxDepth { get; init; } = 8;

    /// <summary>Bytes of the state of one scope.</summary>
    public int MaxStateBytes { get; init; } = 16 * 1024 * 1024;
}
