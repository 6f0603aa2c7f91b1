using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Signals;

/// <summary>The body of a signal that changes the state.</summary>
/// <param name="Operations">What to change.</param>
/// <param name="Principal">Who wants it.</param>
internal sealed record StateChange(
    IReadOnlyList<StateOperation> Operations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    private static ReadOnlySpan<byte> SaidPrefix => "said:"u8;

    /// <summary>As bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.StateChange);

    /// <summary>What stands beside a change that passed filters: a hash of what was sent. It changes nothing.</summary>
    public static byte[] Said(BlobHash hash) => [.. SaidPrefix, .. Encoding.ASCII.GetBytes(hash.Value)];

    /// <summary>Whether it is only that.</summary>
    public static bool IsSaid(ReadOnlyMemory<byte> body) => body.Span.StartsWith(SaidPrefix);

    /// <summary>From bytes; <c>null</c> if they are damaged.</summary>
    public static StateChange? Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.StateChange) is { Operations: { } operations } change
            && operations.All(static operation => operation is { Key: not null } && Enum.IsDefined(operation.Op)) ? change : null;
}
