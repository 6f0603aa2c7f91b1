namespace Actant.Schemas;

internal static class UnevaluatedKeywords
{
    public static void Read(SchemaReader reader)
    {
        if (reader.Schema("unevaluatedProperties") is { } properties)
        {
            reader.Keywords.Add(new UnevaluatedPropertiesKeyword(reader.Site("unevaluatedProperties"), properties));
        }

        if (reader.Schema("unevaluatedItems") is { } items)
        {
            reader.Keywords.Add(new UnevaluatedItemsKeyword(reader.Site("unevaluatedItems"), items));
        }
    }
}
