namespace Actant.Schemas;

/// <summary>A whole JSON document with schemas in it, and every place where one is known to stand.</summary>
internal sealed class SchemaDocument(string pathPrefix)
{
    public string PathPrefix { get; } = pathPrefix;

    public Dictionary<string, SchemaLocation> Locations { get; } = new(StringComparer.Ordinal);
}
