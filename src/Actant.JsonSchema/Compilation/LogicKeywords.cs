namespace Actant.Schemas;

/// <summary>Compiles the keywords that apply subschemas to the same instance.</summary>
internal static class LogicKeywords
{
    public static void Read(SchemaReader reader)
    {
        if (reader.SchemaList("allOf") is { Length: > 0 } all)
        {
            reader.Keywords.Add(new AllOfKeyword(reader.Site("allOf"), all));
        }

        if (reader.SchemaList("anyOf") is { Length: > 0 } any)
        {
            reader.Keywords.Add(new AlternativesKeyword(reader.Site("anyOf"), any, exactlyOne: false));
        }

        if (reader.SchemaList("oneOf") is { Length: > 0 } one)
        {
            reader.Keywords.Add(new AlternativesKeyword(reader.Site("oneOf"), one, exactlyOne: true));
        }

        if (reader.Schema("not") is { } not)
        {
            reader.Keywords.Add(new NotKeyword(reader.Site("not"), not));
        }

        if (reader.Schema("if") is { } condition)
        {
            reader.Keywords.Add(new IfKeyword(reader.Site("if"), condition, reader.Schema("then"), reader.Schema("else")));
        }
    }
}
