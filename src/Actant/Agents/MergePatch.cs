using System.Buffers;
using System.Text.Json;

namespace Actant.Agents;

/// <summary>JSON merge patches (RFC 7396).</summary>
internal static class MergePatch
{
    public static JsonElement Apply(JsonElement target, JsonElement patch)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            Write(writer, target, patch);
        }

        return JsonElement.Parse(output.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        if (target.ValueKind == JsonValueKind.Object)
        {
            foreach (var kept in target.EnumerateObject().Where(member => !patch.TryGetProperty(member.Name, out _)))
            {
                kept.WriteTo(writer);
            }
        }

        foreach (var change in patch.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null))
        {
            writer.WritePropertyName(change.Name);
            Write(writer, target.ValueKind == JsonValueKind.Object && target.TryGetProperty(change.Name, out var before) ? before : default, change.Value);
        }

        writer.WriteEndObject();
    }
}
