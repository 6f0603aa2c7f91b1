using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>This thread began as a copy of another one.</summary>
public sealed record Forked : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "forked";

    /// <summary>The other thread.</summary>
    public required string From { get; init; }

    /// <summary>The last position that was copied.</summary>
    public required long Position { get; init; }

    /// <summary>The execution that goes on from there in place of the one that was open, under a new id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionId? Continues { get; init; }

    /// <summary>Who forked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
