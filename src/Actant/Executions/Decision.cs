using System.Text.Json;

namespace Actant.Executions;

/// <summary>The body of a decision signal.</summary>
internal sealed record Decision(string InterruptId, JsonElement Answer)
{
    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.Decision);

    /// <summary>From bytes.</summary>
    public static Decision Read(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, SignalJson.Default.Decision)!;
}
