using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Events;

namespace Actant.Api;

/// <summary>Events as JSON, the same on every kind of stream.</summary>
public static class EventJson
{
    /// <summary>For whoever writes them.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What kind of event it is.</summary>
    public static string NameOf(StreamEvent item) => item switch
    {
        StreamEvent.Stored stored => stored.Entry.Payload.Kind,
        StreamEvent.DeltaPublished => "answer_delta",
        _ => "answer_restarted",
    };

    /// <summary>Writes all but the id and the kind, as an object.</summary>
    public static void WriteData(Utf8JsonWriter json, StreamEvent item, string thread)
    {
        switch (item)
        {
            case StreamEvent.Stored stored:
                EntryJson.Write(json, stored.Entry, thread, withKind: false);
                break;
            case StreamEvent.DeltaPublished published:
                WriteDelta(json, published.Delta, thread, withText: true);
                break;
            case StreamEvent.AnswerRestarted restarted:
                WriteDelta(json, restarted.Delta, thread, withText: false);
                break;
        }
    }

    private static void WriteDelta(Utf8JsonWriter json, AnswerDelta delta, string thread, bool withText)
    {
        json.WriteStartObject();
        json.WriteString("execution_id"u8, delta.Execution.Value);
        json.WriteString("thread_id"u8, thread);
        json.WriteString("path"u8, delta.Path);
        json.WriteString("activation"u8, delta.Activation);
        json.WriteString("message_id"u8, delta.MessageId);
        json.WriteNumber("attempt"u8, delta.Attempt);
        json.WriteNumber("epoch"u8, delta.Epoch);
        if (withText)
        {
            json.WriteNumber("offset"u8, delta.Offset);
            json.WriteString("text"u8, delta.Text);
        }

        json.WriteEndObject();
    }
}
