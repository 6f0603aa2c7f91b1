using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A question to somebody outside.</summary>
public sealed record Interrupt
{
    /// <summary>Unique in its thread.</summary>
    public required string Id { get; init; }

    /// <summary>Why: one of <see cref="InterruptReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>What is asked, for people.</summary>
    public required string Prompt { get; init; }

    /// <summary>The JSON Schema of an answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ResponseSchema { get; init; }

    /// <summary>The call that it is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    /// <summary>The tool that it is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tool { get; init; }

    /// <summary>The arguments of the call that it is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(OptionalValueConverter))]
    public JsonElement? Arguments { get; init; }

    /// <summary>How the call ended that it is about, as far as somebody handed that in: an answer can accept it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CallReport? Proposal { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
