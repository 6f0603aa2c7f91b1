using System.Buffers;
using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>Fills in the strings of a JSON value.</summary>
internal static class ScriptedArguments
{
    public static JsonElement Render(JsonElement arguments, Func<string, string> render)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(arguments, render, writer);
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }

    // As deep as the parser of the options let it be, which is bounded.
    private static void Write(JsonElement value, Func<string, string> render, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, render, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, render, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(render(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
