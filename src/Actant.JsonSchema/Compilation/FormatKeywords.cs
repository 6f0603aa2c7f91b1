namespace Actant.Schemas;

/// <summary>Compiles <c>format</c>; a format that we do not check is an annotation even where formats are asserted.</summary>
internal static class FormatKeywords
{
    public static void Read(SchemaReader reader, bool assert)
    {
        if (reader.TryGetText("format", out var name) && assert && StringFormat.Find(name) is { } format)
        {
            reader.Keywords.Add(new FormatKeyword(reader.Site("format"), format));
        }
    }
}
