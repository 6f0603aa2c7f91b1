using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Signals;

/// <summary>The body of a decision signal.</summary>
/// <param name="InterruptId">The question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Principal">Who answers.</param>
internal sealed record Decision(
    string InterruptId,
    JsonElement Answer,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.Decision);

    /// <summary>From bytes; <c>null</c> if they are damaged.</summary>
    public static Decision? Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.Decision) is { InterruptId: not null, Answer.ValueKind: not JsonValueKind.Undefined } decision ? decision : null;
}
