namespace Actant.Journaling;

/// <summary>A node took the thread over: answers that were not finished before it start anew.</summary>
public sealed record Taken : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "taken";

}
