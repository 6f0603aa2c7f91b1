namespace Actant.Storage;

/// <summary>What somebody wants of a thread.</summary>
public sealed record Signal
{
    /// <summary>What it is about.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>The execution it is meant for; <c>null</c> for the thread itself.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>Makes it idempotent inside its thread; up to 255 characters.</summary>
    public required string Key { get; init; }

    /// <summary>Its content, opaque. At most 4 MiB.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
