using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An attempt failed, and the next one is so far away that the thread may sleep until then.</summary>
public sealed record AttemptFailed : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "attempt_failed";

    /// <summary>The call, or <c>null</c> for a model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    /// <summary>Why.</summary>
    public required Failure Failure { get; init; }

    /// <summary>Not before this time.</summary>
    public required DateTimeOffset RetryAt { get; init; }
}
