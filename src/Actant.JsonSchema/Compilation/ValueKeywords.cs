using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Compiles <c>type</c>, <c>enum</c> and <c>const</c>.</summary>
internal static class ValueKeywords
{
    private const string TypeNames = "null, boolean, object, array, number, integer or string";

    public static void Read(SchemaReader reader)
    {
        ReadType(reader);
        if (reader.TryGet("enum", JsonKinds.Array, "an array of values", out var values) && ChecksDepth(reader, "enum", values))
        {
            reader.Keywords.Add(new EnumKeyword(reader.Site("enum"), [.. values.EnumerateArray()]));
        }

        if (reader.TryGet("const", out var value) && ChecksDepth(reader, "const", value))
        {
            reader.Keywords.Add(new ConstKeyword(reader.Site("const"), value));
        }
    }

    private static void ReadType(SchemaReader reader)
    {
        if (!reader.TryGet("type", JsonKinds.String | JsonKinds.Array, $"{TypeNames}, or an array of those", out var value))
        {
            return;
        }

        var names = value.ValueKind == JsonValueKind.String ? [JsonText.ToString(value)] : reader.Texts("type", value);
        if (names is { Count: 0 })
        {
            reader.Problem("type", $"expected at least one of {TypeNames}, found none");
        }

        if (names is null)
        {
            return;
        }

        var kinds = JsonKinds.None;
        var integer = false;
        foreach (var name in names)
        {
            if (name == "integer")
            {
                integer = true;
            }
            else if (KindOf(name) is var kind and not JsonKinds.None)
            {
                kinds |= kind;
            }
            else
            {
                reader.Problem("type", $"expected {TypeNames}, found \"{JsonDescription.Shorten(name)}\"");
            }
        }

        reader.Keywords.Add(new TypeKeyword(reader.Site("type"), kinds, integer, JsonDescription.List(names, " or ")));
    }

    private static JsonKinds KindOf(string name) => name switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "number" => JsonKinds.Number,
        "string" => JsonKinds.String,
        "array" => JsonKinds.Array,
        "object" => JsonKinds.Object,
        _ => JsonKinds.None,
    };

    // Comparison goes as deep as the schema's value does, so bounding it here bounds it there.
    private static bool ChecksDepth(SchemaReader reader, string name, JsonElement value)
    {
        var depth = 0;
        var deepest = 0;
        var json = new Utf8JsonReader(
            System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value),
            new JsonReaderOptions { MaxDepth = int.MaxValue, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        while (json.Read())
        {
            depth += json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0;
            depth -= json.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject ? 1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        if (deepest <= reader.Compiler.Options.MaxSchemaDepth)
        {
            return true;
        }

        reader.Problem(name, $"values nested deeper than {reader.Compiler.Options.MaxSchemaDepth} levels are not compared; flatten the value");
        return false;
    }
}
