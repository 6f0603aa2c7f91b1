using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A call ended, well or not; it is never made again. Its result stands behind its answer in the order of the calls.</summary>
public sealed record ToolFinished : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "tool_finished";

    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>What it gave.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(OptionalValueConverter))]
    public JsonElement? Output { get; init; }

    /// <summary>Whether the output is a list of typed parts, as those of messages are: the model is given the parts, not their JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasParts { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Failure? Failure { get; init; }

    /// <summary>Whether a person said so, instead of the tool.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ByPerson { get; init; }

    /// <summary>How long it took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long DurationMs { get; init; }
}
