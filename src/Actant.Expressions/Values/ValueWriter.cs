using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Expressions.Values;

internal static class ValueWriter
{
    public static JsonElement ToElement(in ExpressionValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(value, writer, long.MaxValue);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>
    /// Writes until more than <paramref name="maxBytes"/> would be in the writer; false leaves it half written.
    /// </summary>
    public static bool Write(in ExpressionValue value, Utf8JsonWriter writer, long maxBytes)
    {
        if (value.IsJson)
        {
            // Whitespace counts, but only against the wide bound; the exact length is checked by the caller.
            if (writer.BytesCommitted + writer.BytesPending + JsonMarshal.GetRawUtf8Value(value.Element).Length > maxBytes)
            {
                return false;
            }

            value.Element.WriteTo(writer);
            return true;
        }

        switch (value.Kind)
        {
            case ExpressionValueKind.Boolean:
                writer.WriteBooleanValue(value.GetBoolean());
                break;
            case ExpressionValueKind.Integer:
                writer.WriteNumberValue(value.GetInt64());
                break;
            case ExpressionValueKind.Double:
                WriteDouble(value.GetDouble(), writer);
                break;
            case ExpressionValueKind.String:
                writer.WriteStringValue(value.GetString());
                break;
            case ExpressionValueKind.List:
                return WriteList(value.Items, writer, maxBytes);
            case ExpressionValueKind.Map:
                return WriteMap(value.Members, writer, maxBytes);
            default:
                writer.WriteNullValue();
                break;
        }

        return writer.BytesCommitted + writer.BytesPending <= maxBytes;
    }

    private static void WriteDouble(double value, Utf8JsonWriter writer)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(NumberText.Format(value));
        }
    }

    private static bool WriteList(ExpressionValue[] items, Utf8JsonWriter writer, long maxBytes)
    {
        writer.WriteStartArray();
        foreach (ref readonly var item in items.AsSpan())
        {
            if (!Write(item, writer, maxBytes))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private static bool WriteMap(OrderedDictionary<string, ExpressionValue> members, Utf8JsonWriter writer, long maxBytes)
    {
        writer.WriteStartObject();
        foreach (var (key, member) in members)
        {
            writer.WritePropertyName(key);
            if (!Write(member, writer, maxBytes))
            {
                return false;
            }
        }

        writer.WriteEndObject();
        return true;
    }
}
