using System.Text.Json.Serialization;

namespace Actant;

/// <summary>Where an execution stands. The last four are ends: nothing follows them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutionStatus>))]
public enum ExecutionStatus
{
    /// <summary>Accepted and stored, not begun (or created with <c>start: false</c>).</summary>
    [JsonStringEnumMemberName("pending")]
    Pending = 0,

    /// <summary>A node holds its thread, or will soon again (a retry, a timer).</summary>
    [JsonStringEnumMemberName("running")]
    Running = 1,

    /// <summary>Only waits for somebody's decision are left; it is not in memory.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted = 2,

    /// <summary>Ended with an output.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed = 3,

    /// <summary>Ended with a <see cref="Failure"/>.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed = 4,

    /// <summary>Ended by somebody's wish.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled = 5,

    /// <summary>Ended by its deadline.</summary>
    [JsonStringEnumMemberName("timed_out")]
    TimedOut = 6,
}
