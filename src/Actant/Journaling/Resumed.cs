using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A decision came.</summary>
public sealed record Resumed : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "resumed";

    /// <summary>The interrupt that it answers.</summary>
    public required string InterruptId { get; init; }

    /// <summary>The answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Answer { get; init; }

    /// <summary>Who decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
