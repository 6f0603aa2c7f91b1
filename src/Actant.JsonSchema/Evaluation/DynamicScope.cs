namespace Actant.Schemas;

/// <summary>The schema resources that evaluation has entered and not left, outermost first, for <c>$dynamicRef</c>.</summary>
internal sealed class DynamicScope
{
    private readonly List<SchemaResource> _entered = [];

    public bool Enter(SchemaResource resource)
    {
        if (_entered.Count > 0 && ReferenceEquals(_entered[^1], resource))
        {
            return false;
        }

        _entered.Add(resource);
        return true;
    }

    public void Leave() => _entered.RemoveAt(_entered.Count - 1);

    public SchemaNode? FindOutermost(string anchor)
    {
        foreach (var resource in _entered)
        {
            if (resource.DynamicNodes.TryGetValue(anchor, out var node))
            {
                return node;
            }
        }

        return null;
    }
}
