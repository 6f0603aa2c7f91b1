using System.Buffers;
using System.Text.Json;

namespace Actant.Definitions;

/// <summary>The schema of a tool's arguments. Those are always an object, and no vendor takes a schema whose root does not say so.</summary>
internal static class ToolParameters
{
    /// <summary>Keywords that say of the root what it is in another way.</summary>
    private static readonly string[] s_others = ["anyOf", "oneOf", "allOf", "not", "if", "enum", "const", "$ref", "$dynamicRef"];

    /// <summary>The schema with the type of its root, where that is left out, or open to <c>null</c>, and nothing else can be meant.</summary>
    public static JsonElement? Complete(JsonElement? schema) =>
        schema is not { ValueKind: JsonValueKind.Object } root || IsObject(root) || !CanOnlyBeObject(root) ? schema : WithType(root);

    /// <summary>Whether the root says that it is an object.</summary>
    public static bool IsObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8);

    private static bool CanOnlyBeObject(JsonElement root) => root.TryGetProperty("type", out var type)
        ? type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0
            && type.EnumerateArray().All(static one => one.ValueKind == JsonValueKind.String && (one.ValueEquals("object"u8) || one.ValueEquals("null"u8)))
            && type.EnumerateArray().Any(static one => one.ValueEquals("object"u8))
        : !Array.Exists(s_others, other => root.TryGetProperty(other, out _));

    private static JsonElement WithType(JsonElement root)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            foreach (var member in root.EnumerateObject().Where(static member => member.Name != "type"))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonLimits.Decoding);
    }
}
