using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A child execution ended.</summary>
public sealed record ChildEnded : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "child_ended";

    /// <summary>The child.</summary>
    public required ExecutionId Child { get; init; }

    /// <summary>How.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>Its output, up to 4 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }
}
