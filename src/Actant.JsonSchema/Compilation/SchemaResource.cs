namespace Actant.Schemas;

/// <summary>A schema with an identity of its own (<c>$id</c>): the base of relative references and the home of anchors.</summary>
internal sealed class SchemaResource(Uri baseUri, string rootPointer, Dialect dialect)
{
    public Uri BaseUri { get; } = baseUri;

    public string RootPointer { get; } = rootPointer;

    public Dialect Dialect { get; } = dialect;

    /// <summary>Places named by <c>$anchor</c> or <c>$dynamicAnchor</c>.</summary>
    public Dictionary<string, SchemaLocation> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaLocation> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>The compiled dynamic anchors; complete before the first validation and never changed afterwards.</summary>
    public Dictionary<string, SchemaNode> DynamicNodes { get; } = new(StringComparer.Ordinal);
}
