using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Signals;

/// <summary>The body of a stop or start signal; one of the release before is empty.</summary>
/// <param name="Principal">Who wants it.</param>
internal sealed record StopRequest([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => Principal is null ? [] : JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.StopRequest);

    /// <summary>From bytes. One that cannot be read is a stop all the same.</summary>
    public static StopRequest Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.StopRequest) ?? new StopRequest((Principal?)null);
}
