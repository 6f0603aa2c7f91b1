namespace Actant.Journaling;

/// <summary>What stood here was erased on request.</summary>
public sealed record Erased : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "erased";

}
