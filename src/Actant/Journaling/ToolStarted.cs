using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A call is about to leave. Stored before an unsafe call, and before the second attempt of any other.</summary>
public sealed record ToolStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "tool_started";

    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>The tool's version, where it has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }

    /// <summary>What a repeated call would do.</summary>
    public required Actant.ToolClass Class { get; init; }

    /// <summary>The arguments as they are sent.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>The same for every attempt of this call.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>When the attempt is given up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }
}
