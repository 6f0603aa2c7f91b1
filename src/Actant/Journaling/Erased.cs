using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// Content was erased on request. With <see cref="Positions"/>: that of those entries, whose form stays, so that the thread is folded as before; a
/// state from before this entry still has it and is folded anew. Without: what stood here itself.
/// </summary>
public sealed record Erased : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "erased";

    /// <summary>The entries whose content was erased.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Positions { get; init; }

    /// <summary>Who asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
