using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Expressions.Values;

internal static class ValueWriter
{
    private const int SmallBytes = 256;

    // What the writer itself writes at most.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>The value as an element; null if that would have more than <paramref name="maxBytes"/>.</summary>
    public static JsonElement? ToElement(in ExpressionValue value, long maxBytes)
    {
        // Of about the right size at once: grown by doubling, large ones would leave several times as much behind.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(Estimate(value, maxBytes), int.MaxValue / 2) + SmallBytes);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (!Write(value, writer, maxBytes))
            {
                writer.Reset();
                return null;
            }
        }

        return JsonElement.Parse(buffer.WrittenSpan, Deep);
    }

    /// <summary>About how many bytes the value has as JSON; not more than a little over <paramref name="most"/> is counted.</summary>
    private static long Estimate(in ExpressionValue value, long most)
    {
        if (value.IsJson)
        {
            return JsonMarshal.GetRawUtf8Value(value.Element).Length;
        }

        var bytes = 2L;
        switch (value.Kind)
        {
            case ExpressionValueKind.String:
                return value.GetString().Length + bytes;
            case ExpressionValueKind.List:
                for (var i = 0; i < value.Items.Count && bytes <= most; i++)
                {
                    bytes += Estimate(value.Items[i], most - bytes) + 1;
                }

                break;
            case ExpressionValueKind.Map:
                foreach (var (key, member) in value.Members)
                {
                    if (bytes > most)
                    {
                        break;
                    }

                    bytes += key.Length + 4 + Estimate(member, most - bytes);
                }

                break;
        }

        return bytes;
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

    private static bool WriteList(IReadOnlyList<ExpressionValue> items, Utf8JsonWriter writer, long maxBytes)
    {
        writer.WriteStartArray();
        for (var i = 0; i < items.Count; i++)
        {
            if (!Write(items[i], writer, maxBytes))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private static bool WriteMap(IReadOnlyDictionary<string, ExpressionValue> members, Utf8JsonWriter writer, long maxBytes)
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
