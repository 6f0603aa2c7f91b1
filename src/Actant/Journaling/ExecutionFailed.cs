using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The execution failed. Everything up to here is kept.</summary>
public sealed record ExecutionFailed : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "execution_failed";

    /// <summary>Why.</summary>
    public required Failure Failure { get; init; }

    /// <summary>Calls that had begun and whose outcome nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? UnknownCalls { get; init; }
}
