namespace Actant.Schemas;

/// <summary>Compiles <c>minLength</c>, <c>maxLength</c> and <c>pattern</c>.</summary>
internal static class StringKeywords
{
    public static void Read(SchemaReader reader)
    {
        if (reader.Count("minLength") is { } minimum)
        {
            reader.Keywords.Add(new LengthKeyword(reader.Site("minLength"), minimum, isUpper: false));
        }

        if (reader.Count("maxLength") is { } maximum)
        {
            reader.Keywords.Add(new LengthKeyword(reader.Site("maxLength"), maximum, isUpper: true));
        }

        if (reader.TryGetText("pattern", out var source) && reader.Pattern(source, "pattern") is { } pattern)
        {
            reader.Keywords.Add(new PatternKeyword(reader.Site("pattern"), pattern));
        }
    }
}
