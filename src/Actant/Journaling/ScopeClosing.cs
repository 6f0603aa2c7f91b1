namespace Actant.Journaling;

/// <summary>
/// A scope (or, with an activation, one run of a node) is over with a failure, but for unsafe calls in it of which nobody knows yet how
/// they end: nothing else of it goes on, and it ends when they are known.
/// </summary>
public sealed record ScopeClosing : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "scope_closing";

    /// <summary>What it will end with.</summary>
    public required Failure Failure { get; init; }
}
