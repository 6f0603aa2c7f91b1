using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>Measures values and puts them together.</summary>
internal static class JsonValues
{
    /// <summary>What stands for a value that there is none of.</summary>
    public static JsonElement Null { get; } = JsonElement.Parse("null");

    /// <summary>Bytes of a value as JSON.</summary>
    public static long BytesOf(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(value).Length;

    /// <summary>What is written, as a value.</summary>
    public static JsonElement Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }

    /// <summary>A list as one value.</summary>
    public static JsonElement ToArray(IEnumerable<JsonElement> items) => Written(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
    });

    /// <summary>An object with members added; one that is there keeps its place. Of names that stand twice the last one counts.</summary>
    public static JsonElement With(JsonElement? target, IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        var all = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        if (target is { ValueKind: JsonValueKind.Object } before)
        {
            foreach (var member in before.EnumerateObject())
            {
                all[member.Name] = member.Value;
            }
        }

        foreach (var (name, value) in members)
        {
            all[name] = value;
        }

        return Written(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in all)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }
}
