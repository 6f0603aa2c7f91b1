using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The thread went back: the state after this entry is the state at a position.</summary>
public sealed record Rewound : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "rewound";

    /// <summary>The position.</summary>
    public required long To { get; init; }

    /// <summary>The execution that goes on from there in place of the one that was open, under a new id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionId? Continues { get; init; }

    /// <summary>Who took it back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
