using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An activation waits for somebody's decision.</summary>
public sealed record Interrupted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "interrupted";

    /// <summary>What is asked.</summary>
    public required Interrupt Interrupt { get; init; }

    /// <summary>Who stopped the execution, where that is the reason.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
