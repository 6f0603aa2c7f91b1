using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Definitions;

/// <summary>One spelling for equal documents: compact, fields sorted by their UTF-16 code units.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The hash that layout, field order and the choice between JSON and YAML do not change.</summary>
    public static BlobHash HashOf(JsonElement document)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, s_compact))
        {
            Write(document, writer);
        }

        return BlobHash.Of(output.WrittenSpan);
    }

    /// <summary>That of a document under a name of what it is.</summary>
    public static BlobHash HashOf(JsonElement document, string kind)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, s_compact))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WritePropertyName("source");
            Write(document, writer);
            writer.WriteEndObject();
        }

        return BlobHash.Of(output.WrittenSpan);
    }

    /// <summary>Writes the one spelling of a value.</summary>
    public static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(static property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
