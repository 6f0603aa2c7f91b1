using System.Text.Json.Serialization;

namespace Actant.Storage;

/// <summary>What a second execution does on a busy thread.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BusyStrategy>))]
public enum BusyStrategy
{
    /// <summary>Waits for its turn.</summary>
    [JsonStringEnumMemberName("enqueue")]
    Enqueue,

    /// <summary>Is refused with 409.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,

    /// <summary>Ends the one that runs, keeps what it did, then runs.</summary>
    [JsonStringEnumMemberName("interrupt")]
    Interrupt,

    /// <summary>Ends the one that runs, rewinds to where that began, then runs.</summary>
    [JsonStringEnumMemberName("rollback")]
    Rollback,
}
