using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Redis;

/// <summary>The messages, field by field as subscribers know them: <c>{"event_type": …, "data": {…}}</c>.</summary>
internal static class StreamMessages
{
    /// <summary>Values of tools that are larger are left out, and said to be.</summary>
    private const int LargestValue = 1024 * 1024;

    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonLimits.DecodeDepth };

    /// <summary>A piece of an answer, and all of it so far.</summary>
    public static byte[] Token(string token, string cumulative) => Write("on_llm_stream", writer =>
    {
        writer.WriteString("token", token);
        writer.WriteString("cumulative_text", cumulative);
    });

    /// <summary>A tool is called.</summary>
    public static byte[] ToolStart(ToolStart call) => Write("on_tool_start", writer =>
    {
        writer.WriteString("tool_name", call.Tool);
        WriteValue(writer, "tool_input", call.Arguments);
        writer.WriteString("call_id", call.CallId);
    });

    /// <summary>A tool has answered, or failed.</summary>
    public static byte[] ToolEnd(ToolFinished call) => Write("on_tool_end", writer =>
    {
        writer.WriteString("tool_name", call.Tool);
        WriteValue(writer, "tool_output", call.Output);
        writer.WriteString("call_id", call.CallId);
        if (call.Failure is { } failure)
        {
            WriteError(writer, failure);
        }
    });

    /// <summary>An execution has ended.</summary>
    /// <param name="execution">It as the API shows it.</param>
    /// <param name="status">How it ended, where that does not say.</param>
    public static byte[] End(ReadOnlyMemory<byte> execution, string status)
    {
        using var document = JsonDocument.Parse(execution, JsonLimits.Decoding);
        var shown = document.RootElement;
        return Write("end", writer =>
        {
            writer.WritePropertyName("final_result");
            if (shown.TryGetProperty("output", out var output))
            {
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(output), skipInputValidation: true);
            }
            else
            {
                writer.WriteNullValue();
            }

            Copy(writer, shown, "status", status);
            if (status == DeliveryEvents.Cancelled && !shown.TryGetProperty("error", out _))
            {
                WriteError(writer, ExecutionCancelled.FailureOf(shown.TryGetProperty("execution_id", out var id) ? id.ToString() : "", null));
            }

            Copy(writer, shown, "error", null);
            Copy(writer, shown, "execution_id", null);
            Copy(writer, shown, "result_url", null);
        });
    }

    private static void WriteError(Utf8JsonWriter writer, Failure failure)
    {
        writer.WriteStartObject("error");
        writer.WriteString("code", failure.Code);
        writer.WriteString("message", failure.Message);
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement from, string name, string? preset)
    {
        if (from.TryGetProperty(name, out var value))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
        else if (preset is not null)
        {
            writer.WriteString(name, preset);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        writer.WritePropertyName(name);
        if (value is not { ValueKind: not JsonValueKind.Undefined } given)
        {
            writer.WriteNullValue();
            return;
        }

        var raw = JsonMarshal.GetRawUtf8Value(given);
        if (raw.Length <= LargestValue)
        {
            writer.WriteRawValue(raw, skipInputValidation: true);
            return;
        }

        writer.WriteNullValue();
        writer.WriteBoolean("too_large", true);
    }

    private static byte[] Write(string kind, Action<Utf8JsonWriter> data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event_type", kind);
            writer.WriteStartObject("data");
            data(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
