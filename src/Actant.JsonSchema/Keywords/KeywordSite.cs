namespace Actant.Schemas;

/// <summary>Where a keyword stands; the path is only built when an error or problem needs it.</summary>
internal readonly record struct KeywordSite(SchemaLocation Location, string Name)
{
    public string Path => $"{Location.Path}/{JsonPointer.Escape(Name)}";
}
