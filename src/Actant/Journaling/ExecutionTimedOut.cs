using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The execution's deadline passed.</summary>
public sealed record ExecutionTimedOut : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "execution_timed_out";

    /// <summary>The deadline.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Calls that had begun and whose outcome nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? UnknownCalls { get; init; }
}
