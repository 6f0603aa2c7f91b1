using System.Text.Json;
using Actant.Storage;

namespace Actant.Journaling;

/// <summary>States as snapshots.</summary>
internal static class ThreadSnapshots
{
    /// <summary>A state as bytes.</summary>
    public static byte[] Write(JournalState state) => JsonSerializer.SerializeToUtf8Bytes(state, JournalJson.Default.JournalState);

    /// <summary>The state of a snapshot; <c>null</c> for one of another fold, and one that cannot be read: it is a cache, never truth.</summary>
    public static JournalState? TryRead(StoredSnapshot? snapshot)
    {
        if (snapshot is not { FoldVersion: JournalState.FoldVersion })
        {
            return null;
        }

        try
        {
            return Read(snapshot.Content.Span) is { Scopes: { } scopes } state && scopes.ContainsKey("") ? state : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            return null;
        }
    }

    /// <summary>A state from bytes of the same fold version.</summary>
    public static JournalState Read(ReadOnlySpan<byte> content)
    {
        var state = JsonSerializer.Deserialize(content, JournalJson.Default.JournalState)!;
        state.Snapshot = state.Position;
        return state;
    }
}
