namespace Actant.Journaling;

/// <summary>An activation of a node with a time-out began. Written for no other one.</summary>
public sealed record NodeStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "node_started";

    /// <summary>When it is given up, before waits for people are added.</summary>
    public required DateTimeOffset Deadline { get; init; }
}
