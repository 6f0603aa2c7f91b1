using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The execution ended well.</summary>
public sealed record ExecutionCompleted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "execution_completed";

    /// <summary>The message whose text is its output, if it is one: it is stored already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }

    /// <summary>Its output, if it is not a message.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }
}
