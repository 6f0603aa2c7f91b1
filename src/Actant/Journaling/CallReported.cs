using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// Whoever began an unsafe call has handed in how it ended, after its outcome counted as unknown. Settles nothing: the person who is asked
/// is shown it.
/// </summary>
public sealed record CallReported : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "call_reported";

    /// <summary>The call; its attempt is the entry's.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>How it ended.</summary>
    public required CallReport Report { get; init; }

    /// <summary>The question as it is from now on, if it was asked before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Interrupt? Interrupt { get; init; }
}
