using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An activation ended and its outgoing edges were settled.</summary>
public sealed record NodeFinished : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "node_finished";

    /// <summary>The numbers of the edges that are taken; all others are dead.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Live { get; init; }

    /// <summary>What it did to the state.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StateOperation>? Operations { get; init; }

    /// <summary>Why it failed, if it did and its graph goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Failure? Failure { get; init; }

    /// <summary>Whether its failure was taken by its error edges.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FellBack { get; init; }
}
