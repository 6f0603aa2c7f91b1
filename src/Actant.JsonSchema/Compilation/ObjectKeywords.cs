namespace Actant.Schemas;

/// <summary>Compiles the keywords that apply subschemas to properties.</summary>
internal static class ObjectKeywords
{
    public static void Read(SchemaReader reader)
    {
        var properties = reader.SchemaMap("properties");
        var patterns = ReadPatterns(reader);
        var additional = reader.Schema("additionalProperties");
        if (properties.Count + patterns.Count > 0 || additional is not null)
        {
            reader.Keywords.Add(new PropertiesKeyword(
                reader.Site("properties"),
                new NameTable(properties.Keys),
                [.. properties.Values],
                [.. patterns],
                additional));
        }

        if (reader.Schema("propertyNames") is { } names)
        {
            reader.Keywords.Add(new PropertyNamesKeyword(reader.Site("propertyNames"), names));
        }

        if (reader.SchemaMap("dependentSchemas") is { Count: > 0 } dependent)
        {
            reader.Keywords.Add(new DependentSchemasKeyword(
                reader.Site("dependentSchemas"),
                new NameTable(dependent.Keys),
                [.. dependent.Values]));
        }
    }

    private static List<PatternProperty> ReadPatterns(SchemaReader reader)
    {
        var patterns = new List<PatternProperty>();
        foreach (var (source, schema) in reader.SchemaMap("patternProperties"))
        {
            if (reader.Pattern(source, "patternProperties", source) is { } pattern)
            {
                patterns.Add(new PatternProperty(pattern, schema));
            }
        }

        return patterns;
    }
}
