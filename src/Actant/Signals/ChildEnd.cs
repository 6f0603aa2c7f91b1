using System.Text.Json;
using Actant.Journaling;

namespace Actant.Signals;

/// <summary>The signal that a child has ended, as its parent hears of it. Its body is the entry that the parent writes.</summary>
internal static class ChildEnd
{
    /// <summary>As bytes.</summary>
    public static byte[] ToBytes(ChildEnded ended) => JsonSerializer.SerializeToUtf8Bytes(ended, SignalJson.Default.ChildEnded);

    /// <summary>From bytes; <c>null</c> if they are damaged.</summary>
    public static ChildEnded? Read(ReadOnlyMemory<byte> body) => SignalBody.Read(body, SignalJson.Default.ChildEnded);

    /// <summary>The key under which a parent hears of a child's end, once: whoever says it first is right.</summary>
    public static string KeyOf(ExecutionId child) => $"child:{child}";
}
