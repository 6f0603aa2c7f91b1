using System.Text.Json;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>Entries of a thread.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="Entries">The entries.</param>
/// <param name="NextFrom">From where to read on; none after the last.</param>
public sealed record HistoryView(string ThreadId, IReadOnlyList<Entry> Entries, long? NextFrom)
{
    /// <summary>Writes it. Entries write themselves: they know what a newer release added.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("thread_id"u8, ThreadId);
        json.WriteStartArray("entries"u8);
        foreach (var entry in Entries)
        {
            EntryJson.Write(json, entry, ThreadId, withKind: true);
        }

        json.WriteEndArray();
        if (NextFrom is { } next)
        {
            json.WriteNumber("next_from"u8, next);
        }

        json.WriteEndObject();
    }
}
