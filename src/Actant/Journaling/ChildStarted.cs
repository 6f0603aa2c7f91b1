using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// An execution is to run on a thread of its own. What it begins with stands here: whoever carries the message to that thread reads it in
/// this entry, and a message that is carried twice makes no second child, because the id is this one.
/// </summary>
public sealed record ChildStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "child_started";

    /// <summary>The child.</summary>
    public required ExecutionId Child { get; init; }

    /// <summary>Its thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The node of the definition that it runs, with those around it: <c>outer/inner</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>Its input.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>On whose behalf it runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecurityContext? Security { get; init; }

    /// <summary>Who submitted what it is part of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }

    /// <summary>When it must have ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }
}
