using System.Text.Json.Serialization;

namespace Actant;

/// <summary>What a repeated call would do; decides what happens to a call that was cut off. From lax to strict.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolClass>))]
public enum ToolClass
{
    /// <summary>Nothing outside changes: repeated freely, may be cached.</summary>
    [JsonStringEnumMemberName("pure")]
    Pure,

    /// <summary>Repeated with the same idempotency key, it happens once.</summary>
    [JsonStringEnumMemberName("idempotent")]
    Idempotent,

    /// <summary>May happen at most once: never repeated by itself.</summary>
    [JsonStringEnumMemberName("unsafe")]
    Unsafe,

    /// <summary>Its inside is journaled itself: resumed, never repeated.</summary>
    [JsonStringEnumMemberName("durable")]
    Durable,
}
