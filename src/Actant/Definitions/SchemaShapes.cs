using System.Text.Json.Nodes;

namespace Actant.Definitions;

/// <summary>What the <c>As…</c> of a <see cref="DefinitionCursor"/> take, in the words of JSON Schema that draft 7 and 2020-12 share: editors know both.</summary>
internal static class SchemaShapes
{
    public static JsonObject Text => new() { ["type"] = "string" };

    public static JsonObject Flag => new() { ["type"] = "boolean" };

    public static JsonObject FreeObject => new() { ["type"] = "object" };

    public static JsonObject Schema => new() { ["type"] = new JsonArray("object", "boolean") };

    public static JsonObject Any => [];

    public static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    public static JsonObject Integer(long least = int.MinValue, long most = int.MaxValue) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    public static JsonObject Integer(NumberRange range) => Integer((long)range.Least, (long)range.Most);

    public static JsonObject Milliseconds(long least = 0, long most = DefinitionBounds.Milliseconds) => Integer(least, most);

    public static JsonObject Seconds => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = DefinitionBounds.Milliseconds / 1000 };

    public static JsonObject Number(NumberRange range) => new() { ["type"] = "number", ["minimum"] = range.Least, ["maximum"] = range.Most };

    public static JsonObject OneOf(IEnumerable<string> values) => new() { ["enum"] = new JsonArray([.. values.Select(static value => (JsonNode)value)]) };

    /// <summary>One of some words, in whichever case.</summary>
    public static JsonObject AnyCase(IEnumerable<string> words) =>
        Pattern($"^({string.Join('|', words.Select(static word => string.Concat(word.Select(static letter => $"[{char.ToUpperInvariant(letter)}{char.ToLowerInvariant(letter)}]"))))})$");

    public static JsonObject List(JsonObject item, int most = DefinitionBounds.ListItems, int least = 0)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item, ["maxItems"] = most };
        if (least > 0)
        {
            list["minItems"] = least;
        }

        return list;
    }

    public static JsonObject Map(JsonObject value, string? names = null)
    {
        var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = value, ["maxProperties"] = DefinitionBounds.ListItems };
        if (names is not null)
        {
            map["propertyNames"] = new JsonObject { ["pattern"] = names };
        }

        return map;
    }

    public static JsonObject AnyOf(params ReadOnlySpan<JsonObject> choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };

    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    /// <summary>An object with these fields and no others; one that is <c>null</c> counts as not written.</summary>
    public static JsonObject Fields(string what, IEnumerable<SchemaField> fields)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var rules = new JsonArray();
        foreach (var field in fields)
        {
            var isAlone = field.Alias is null;
            properties[field.Name] = Described(field.CannotBeNull || (field.IsRequired && isAlone) ? field.Shape : OrNull(field.Shape), field.Description);
            if (field.Alias is { } alias)
            {
                properties[alias] = Described(OrNull(field.AliasShape ?? field.Shape), $"Another name for `{field.Name}`.");
                rules.Add(NotBoth(field.Name, alias));
                if (field.IsRequired)
                {
                    rules.Add(AnyOf(Written(field.Name), Written(alias)));
                }
            }
            else if (field.IsRequired)
            {
                required.Add(field.Name);
            }
        }

        var schema = new JsonObject { ["title"] = what, ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        if (rules.Count > 0)
        {
            schema["allOf"] = rules;
        }

        return schema;
    }

    /// <summary>That a field is there and is not <c>null</c>.</summary>
    public static JsonObject Written(string name) => new()
    {
        ["required"] = new JsonArray(name),
        ["properties"] = new JsonObject { [name] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } } },
    };

    /// <summary>That of two fields one at most is there and is not <c>null</c>.</summary>
    public static JsonObject NotBoth(string one, string other) => Not(new JsonObject { ["allOf"] = new JsonArray(Written(one), Written(other)) });

    public static JsonObject Not(JsonObject shape) => new() { ["not"] = shape };

    private static JsonObject OrNull(JsonObject shape)
    {
        var copy = (JsonObject)shape.DeepClone();
        switch (copy)
        {
            case { Count: 0 }:
                return copy;
            case var _ when copy["enum"] is JsonArray values:
                values.Add(null);
                return copy;
            case var _ when copy["anyOf"] is JsonArray choices:
                choices.Add(new JsonObject { ["type"] = "null" });
                return copy;
            case var _ when copy["type"] is JsonValue type:
                copy["type"] = new JsonArray(type.DeepClone(), "null");
                return copy;
            case var _ when copy["type"] is JsonArray types:
                types.Add("null");
                return copy;
            default:
                return AnyOf(copy, new JsonObject { ["type"] = "null" });
        }
    }

    private static JsonObject Described(JsonObject shape, string description)
    {
        // Where a reference stands, draft 7 looks at nothing else; a description is all that is lost.
        var copy = (JsonObject)shape.DeepClone();
        copy["description"] = description;
        return copy;
    }
}
