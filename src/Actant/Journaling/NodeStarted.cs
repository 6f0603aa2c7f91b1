using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An activation of a node with a time-out began, or one that waits for a time. Written for no other one.</summary>
public sealed record NodeStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "node_started";

    /// <summary>When it is given up, before waits for people are added.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What it waits for. It is this time whoever goes on with the thread, and in a fork too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? WakeAt { get; init; }
}
