using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actant;

/// <summary>
/// JSON for models, people and other services, which is no HTML: nothing is escaped that need not be. An ö stays an ö; six characters
/// in its place are more tokens, and worse answers.
/// </summary>
internal static class JsonText
{
    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as it is, anything else as JSON.</summary>
    public static string Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return "";
            case JsonValueKind.String:
                return value.GetString()!;
            case var _ when JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0:
                return value.GetRawText();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, s_relaxed);
        try
        {
            value.WriteTo(writer);
            writer.Flush();
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        catch (InvalidOperationException)
        {
            // Half a character stays what it is, an escape: it has no other form.
            writer.Reset();
            return value.GetRawText();
        }
    }
}
