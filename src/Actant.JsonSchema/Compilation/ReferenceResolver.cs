using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Finds what <c>$ref</c> and <c>$dynamicRef</c> point to.</summary>
internal sealed class ReferenceResolver(SchemaRegistry registry)
{
    /// <returns>The target, or null and why there is none.</returns>
    public (SchemaLocation? Target, string? Anchor, string Failure) Resolve(SchemaLocation from, string reference)
    {
        var mark = reference.IndexOf('#', StringComparison.Ordinal);
        if (!UriReference.TryResolve(from.Resource.BaseUri, reference, out var uri))
        {
            return (null, null, "is not a valid URI reference");
        }

        var root = mark == 0
            ? from.Document.Locations[from.Resource.RootPointer]
            : registry.FindRoot(uri);
        if (root is null)
        {
            return (null, null, $"refers to {uri}, which is not registered; nothing is fetched, so register it or put it into $defs");
        }

        var fragment = mark < 0 ? "" : Uri.UnescapeDataString(reference[(mark + 1)..]);
        if (fragment.Length == 0)
        {
            return (root, null, "");
        }

        if (fragment[0] != '/')
        {
            return root.Resource.Anchors.TryGetValue(fragment, out var anchored)
                ? (anchored, fragment, "")
                : (null, null, $"refers to the anchor {JsonDescription.Shorten(fragment)}, which does not exist in {root.Path}");
        }

        var target = registry.FindByPointer(root, fragment);
        return target switch
        {
            null => (null, null, $"refers to {JsonDescription.Shorten(fragment)}, which does not exist in {root.Path}"),
            { Element.ValueKind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False } => (target, null, ""),
            _ => (null, null, $"refers to {JsonDescription.Shorten(fragment)}, which is not a schema"),
        };
    }
}
