using System.Text.Json;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>Entries as streams and histories show them.</summary>
internal static class EntryJson
{
    /// <summary>Writes an entry as an object. The kind is left out where the event's name says it.</summary>
    public static void Write(Utf8JsonWriter json, Entry entry, string thread, bool withKind)
    {
        json.WriteStartObject();
        if (withKind)
        {
            json.WriteNumber("position"u8, entry.Position);
            json.WriteString("kind"u8, entry.Payload.Kind);
        }

        if (entry.Execution is { } execution)
        {
            json.WriteString("execution_id"u8, execution.Value);
        }

        json.WriteString("thread_id"u8, thread);
        json.WriteString("path"u8, entry.Path);
        if (entry.Activation is not null)
        {
            json.WriteString("activation"u8, entry.Activation);
        }

        json.WriteNumber("attempt"u8, entry.Attempt);
        json.WriteString("at"u8, entry.At.UtcDateTime);
        json.WriteNumber("epoch"u8, entry.Epoch);
        json.WritePropertyName("payload"u8);
        EntryCodec.WritePayload(json, entry.Payload);
        json.WriteEndObject();
    }
}
