using System.Buffers;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>JSON merge patches (RFC 7396), in time that grows with what is merged and no faster.</summary>
internal static class MergePatch
{
    // The depth of both is bounded where they come in.
    private static readonly JsonWriterOptions s_written = new() { MaxDepth = 1024 };

    /// <summary>A value after a patch.</summary>
    /// <param name="target">The value; undefined where there is none.</param>
    /// <param name="patch">An object is merged into it, member by member, and <c>null</c> removes one; anything else replaces it.</param>
    public static JsonElement Apply(JsonElement target, JsonElement patch)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, s_written))
        {
            Write(writer, target, patch);
        }

        return JsonElement.Parse(output.WrittenSpan, JsonLimits.Decoding);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        var before = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        writer.WriteStartObject();
        if (target.ValueKind == JsonValueKind.Object)
        {
            var changed = patch.EnumerateObject().Select(static member => member.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var member in target.EnumerateObject())
            {
                if (changed.Contains(member.Name))
                {
                    before[member.Name] = member.Value;
                }
                else
                {
                    member.WriteTo(writer);
                }
            }
        }

        foreach (var change in patch.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null))
        {
            writer.WritePropertyName(change.Name);
            Write(writer, before.GetValueOrDefault(change.Name), change.Value);
        }

        writer.WriteEndObject();
    }
}
