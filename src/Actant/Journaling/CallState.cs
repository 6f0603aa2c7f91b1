using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>How far a tool call is.</summary>
internal sealed class CallState
{
    /// <summary>The call's id: ours.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was demanded.</summary>
    public CallPlace Place { get; init; } = new(0, 0);

    /// <summary>The tool's name as it was demanded.</summary>
    public required string Tool { get; init; }

    /// <summary>The arguments; after the start, as they were sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Arguments { get; set; }

    /// <summary>The idempotency key that its first start recorded, for all attempts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; set; }

    /// <summary>The attempt that was last started, 0 before the first.</summary>
    public int Attempt { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool IsFinished { get; set; }

    /// <summary>What it gave.</summary>
    [JsonConverter(typeof(OptionalValueConverter))]
    public JsonElement? Output { get; set; }

    /// <summary>Why it failed.</summary>
    public Failure? Failure { get; set; }

    /// <summary>The next attempt does not begin before this time.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>Whether the next attempt waits because the tool was called as often as it may be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLimited { get; set; }

    /// <summary>How many attempts have failed. Those that a crash or a take-over cut off are not among them.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>The last attempt that is known to have failed, or not to have begun. A later one that was started may have happened.</summary>
    public int SettledAttempt { get; set; }

    /// <summary>What a repeated call would do, as its start says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToolClass? Class { get; set; }

    /// <summary>When the started attempt is given up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>How the last attempt ended, as it was handed in when nobody waited for it any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CallReport? Report { get; set; }

    /// <summary>Whether an attempt was started of which nobody knows how it ended.</summary>
    [JsonIgnore]
    public bool IsOpen => !IsFinished && Attempt > SettledAttempt;
}
