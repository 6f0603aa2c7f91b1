using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>Somebody wrote to the state from outside.</summary>
public sealed record StateUpdated : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "state_updated";

    /// <summary>What it did to the state.</summary>
    public IReadOnlyList<StateOperation> Operations { get; init; } = [];

    /// <summary>Why nothing was changed, where something did not fit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Failure? Failure { get; init; }

    /// <summary>Who wrote.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
