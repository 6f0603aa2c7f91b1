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

    /// <summary>Its output.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }

    /// <summary>Why it did not end well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Failure? Failure { get; init; }

    /// <summary>What it used of models; it counts in this execution too, and in the usage of the day only where it was used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Usage Usage { get; init; }

    /// <summary>What that cost, in USD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CostUsd { get; init; }
}
