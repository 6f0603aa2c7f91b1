using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;

namespace Actant.AspNetCore.OpenApi;

/// <summary>The schema of definitions and its parts as components of the API's description.</summary>
internal static class DefinitionComponents
{
    private const string Name = "Definition";

    /// <summary>The description with the schema in the place of the component <c>Definition</c>.</summary>
    public static byte[] AddTo(byte[] document)
    {
        var whole = JsonNode.Parse(document, documentOptions: JsonLimits.Decoding)!;
        var components = whole["components"]!["schemas"]!.AsObject();
        var schema = JsonNode.Parse(DefinitionSchema.Utf8.Span, documentOptions: JsonLimits.Decoding)!.AsObject();
        var parts = schema["$defs"]!.AsObject();
        schema.Remove("$defs");
        schema.Remove("$schema");
        Rename(schema);
        components[Name] = schema;
        foreach (var (part, content) in parts.ToList())
        {
            Rename(content);
            parts.Remove(part);
            components.Add(ComponentOf(part), content);
        }

        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            whole.WriteTo(writer);
        }

        return output.ToArray();
    }

    private static void Rename(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                if (fields["$ref"] is JsonValue reference)
                {
                    fields["$ref"] = $"#/components/schemas/{ComponentOf(reference.GetValue<string>().Split('/')[^1])}";
                }

                foreach (var (_, value) in fields)
                {
                    Rename(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Rename(item);
                }

                break;
        }
    }

    /// <summary><c>DefinitionToolNames</c> of <c>tool_names</c>.</summary>
    private static string ComponentOf(string part) =>
        Name + string.Concat(part.Split('_').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
}
