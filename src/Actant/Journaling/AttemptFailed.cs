using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An attempt failed and another one follows, or it was found not to have begun. Stored at once where the thread may sleep meanwhile.</summary>
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

    /// <summary>Whether the attempt whose start is stored did not begin: then it does not count as a failure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotBegun { get; init; }
}
