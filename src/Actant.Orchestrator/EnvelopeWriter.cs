using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actant.Orchestrator;

/// <summary>Writes the envelope, field by field as orchestrators know it.</summary>
internal static class EnvelopeWriter
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonLimits.DecodeDepth };

    /// <summary>A whole message.</summary>
    /// <param name="item">What is told.</param>
    /// <param name="globalTask">What the orchestrator calls the task that this one is part of.</param>
    /// <param name="data">The fields of <c>data</c>, as an object.</param>
    public static byte[] Write(Notification item, string? globalTask, ReadOnlySpan<byte> data)
    {
        var fields = data.ToArray();
        return Object(writer =>
        {
            writer.WriteString("event", item.Event);
            writer.WriteString("service", "agent-execution");
            writer.WriteString("task_id", item.Execution == default ? item.Task : item.Execution.ToString());
            writer.WriteString("global_task_id", globalTask);
            writer.WriteString("tenant_id", item.Thread.Tenant.Value);

            // In UTC and without saying so, as the services do that send these.
            writer.WriteString("timestamp", item.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
            writer.WritePropertyName("data");
            writer.WriteRawValue(fields, skipInputValidation: true);
            if (item.Dropped > 0)
            {
                writer.WriteNumber("dropped", item.Dropped);
            }
        });
    }

    /// <summary>An object of some fields.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_writing))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
