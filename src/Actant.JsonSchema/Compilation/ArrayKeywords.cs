namespace Actant.Schemas;

/// <summary>Compiles the keywords that apply subschemas to items.</summary>
internal static class ArrayKeywords
{
    public static void Read(SchemaReader reader)
    {
        var prefix = reader.SchemaList("prefixItems") ?? [];
        var rest = reader.Schema("items");
        if (prefix.Length > 0 || rest is not null)
        {
            reader.Keywords.Add(new ItemsKeyword(reader.Site(rest is null ? "prefixItems" : "items"), prefix, rest));
        }

        var validation = reader.Location.Resource.Dialect.Validation;
        var minimum = validation ? reader.Count("minContains") : null;
        var maximum = validation ? reader.Count("maxContains") : null;
        if (reader.Schema("contains") is { } contains)
        {
            reader.Keywords.Add(new ContainsKeyword(reader.Site("contains"), contains, minimum ?? 1, maximum));
        }
    }
}
