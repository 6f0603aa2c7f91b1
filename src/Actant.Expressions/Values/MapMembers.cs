namespace Actant.Expressions.Values;

internal static class MapMembers
{
    private const int MembersPerStep = 64;

    public static int Count(in ExpressionValue map) => map.IsJson ? map.Element.GetPropertyCount() : map.Members.Count;

    /// <summary>Steps of a look-up beyond the node's own: a JSON object is searched from its end, member by member.</summary>
    public static int LookupCost(in ExpressionValue map) => map.IsJson ? map.Element.GetPropertyCount() / MembersPerStep : 0;

    /// <summary>Finds a member; of a key that JSON repeats, the last one counts.</summary>
    public static bool TryGet(in ExpressionValue map, string key, ReadOnlySpan<byte> utf8Key, out ExpressionValue value)
    {
        if (!map.IsJson)
        {
            return map.Members.TryGetValue(key, out value);
        }

        var found = map.Element.TryGetProperty(utf8Key, out var element);
        value = found ? ExpressionValue.FromJson(element) : default;
        return found;
    }
}
