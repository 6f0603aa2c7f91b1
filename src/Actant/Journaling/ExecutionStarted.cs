using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An execution began to run.</summary>
public sealed record ExecutionStarted : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "execution_started";

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The content hash of the definition that it runs, for ever.</summary>
    public required string Definition { get; init; }

    /// <summary>The number of the engine's behaviour that it is decided with.</summary>
    public required int Behaviour { get; init; }

    /// <summary>What else decides how it runs; absent in entries of format 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DefinitionPin? Pin { get; init; }

    /// <summary>When it must have ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Where its end is delivered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; init; }

    /// <summary>Who let it begin, where it had been held.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
