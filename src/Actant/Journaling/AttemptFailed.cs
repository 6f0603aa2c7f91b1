using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// An attempt failed and another one follows, or it was the last and cost something, or it was found not to have begun. Stored at once
/// where the thread may sleep meanwhile.
/// </summary>
public sealed record AttemptFailed : EntryPayload
{
    /// <summary>The code, as it is stored, of a call that waits for a place in its tool's window.</summary>
    internal const string RateLimited = "tool_rate_limited";

    /// <inheritdoc />
    private protected override string KindName => "attempt_failed";

    /// <summary>The call, or <c>null</c> for a model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    /// <summary>Why.</summary>
    public required Failure Failure { get; init; }

    /// <summary>The id that the answer would have had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }

    /// <summary>The model that was called, where it said something before it failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>Who it was: the provider, or a stand-in's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ModelSource { get; init; }

    /// <summary>Tokens that the provider had counted by then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    /// <summary>What they cost, in USD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CostUsd { get; init; }

    /// <summary>The same by kind of token, and by which price; <c>null</c> where nobody knows, or it cost nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CostBreakdown? Cost { get; init; }

    /// <summary>The vendor's id of the request, which its support asks for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestId { get; init; }

    /// <summary>A model that did answer: why the answer ended, which was not accepted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>Not before this time.</summary>
    public required DateTimeOffset RetryAt { get; init; }

    /// <summary>Whether the attempt whose start is stored did not begin: then it does not count as a failure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotBegun { get; init; }
}
