namespace Actant.Journaling;

/// <summary>An execution was started on a thread of its own.</summary>
public sealed record ChildStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "child_started";

    /// <summary>The child.</summary>
    public required ExecutionId Child { get; init; }

    /// <summary>Its thread.</summary>
    public required string Thread { get; init; }
}
