using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Journaling;

namespace Actant.Signals;

/// <summary>The body of a signal that changes the state.</summary>
/// <param name="Operations">What to change.</param>
/// <param name="Principal">Who wants it.</param>
internal sealed record StateChange(
    IReadOnlyList<StateOperation> Operations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.StateChange);

    /// <summary>From bytes; <c>null</c> if they are damaged.</summary>
    public static StateChange? Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.StateChange) is { Operations: { } operations } change
            && operations.All(static operation => operation is { Key: not null } && Enum.IsDefined(operation.Op)) ? change : null;
}
