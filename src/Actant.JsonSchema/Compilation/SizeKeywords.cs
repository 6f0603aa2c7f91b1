namespace Actant.Schemas;

/// <summary>Compiles the validation keywords of arrays and objects that apply no subschema.</summary>
internal static class SizeKeywords
{
    public static void Read(SchemaReader reader)
    {
        ReadCount(reader, "minItems", JsonKinds.Array, isUpper: false);
        ReadCount(reader, "maxItems", JsonKinds.Array, isUpper: true);
        ReadCount(reader, "minProperties", JsonKinds.Object, isUpper: false);
        ReadCount(reader, "maxProperties", JsonKinds.Object, isUpper: true);
        if (reader.TryGet("uniqueItems", JsonKinds.Boolean, "a boolean", out var unique) && unique.GetBoolean())
        {
            reader.Keywords.Add(new UniqueItemsKeyword(reader.Site("uniqueItems")));
        }

        if (reader.TryGet("required", out var required) && reader.Texts("required", required) is { Count: > 0 } names)
        {
            reader.Keywords.Add(new RequiredKeyword(reader.Site("required"), new NameTable(names)));
        }

        if (reader.TryGet("dependentRequired", JsonKinds.Object, "an object whose values are arrays of names", out var dependent))
        {
            foreach (var entry in dependent.EnumerateObject())
            {
                var trigger = JsonText.NameOf(entry);
                if (reader.Texts("dependentRequired", entry.Value, trigger) is { } others)
                {
                    reader.Keywords.Add(new DependentRequiredKeyword(reader.Site("dependentRequired"), trigger, others));
                }
            }
        }
    }

    private static void ReadCount(SchemaReader reader, string name, JsonKinds kind, bool isUpper)
    {
        if (reader.Count(name) is { } bound)
        {
            reader.Keywords.Add(new CountKeyword(reader.Site(name), kind, bound, isUpper));
        }
    }
}
