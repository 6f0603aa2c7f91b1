using System.Text.Json;

namespace Actant.Journaling;

/// <summary>States as snapshots.</summary>
internal static class ThreadSnapshots
{
    /// <summary>A state as bytes.</summary>
    public static byte[] Write(JournalState state) => JsonSerializer.SerializeToUtf8Bytes(state, JournalJson.Default.JournalState);

    /// <summary>A state from bytes of the same fold version.</summary>
    public static JournalState Read(ReadOnlySpan<byte> content)
    {
        var state = JsonSerializer.Deserialize(content, JournalJson.Default.JournalState)!;
        state.Snapshot = state.Position;
        return state;
    }
}
