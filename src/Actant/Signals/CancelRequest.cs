using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Signals;

/// <summary>The body of a cancel signal.</summary>
/// <param name="Reason">Why.</param>
/// <param name="RollsBack">Whether the thread goes back to where the execution began.</param>
/// <param name="Principal">Who wants it.</param>
internal sealed record CancelRequest(
    string? Reason,
    bool RollsBack,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    /// <summary>Where nobody wants it: the deadline that the execution let pass before it began. Of one that has begun it is of no interest, its loop knows the time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.CancelRequest);

    /// <summary>From bytes. One that cannot be read is a cancel all the same.</summary>
    public static CancelRequest Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.CancelRequest) ?? new CancelRequest(null, false, null);
}
