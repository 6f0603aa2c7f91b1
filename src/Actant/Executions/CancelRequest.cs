using System.Text.Json;

namespace Actant.Executions;

/// <summary>The body of a cancel signal.</summary>
internal sealed record CancelRequest(string? Reason, bool RollsBack)
{
    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.CancelRequest);

    /// <summary>From bytes.</summary>
    public static CancelRequest Read(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, SignalJson.Default.CancelRequest)!;
}
