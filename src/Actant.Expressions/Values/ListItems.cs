namespace Actant.Expressions.Values;

internal static class ListItems
{
    private const int ItemsPerStep = 64;

    public static int Count(in ExpressionValue list) => list.IsJson ? list.Element.GetArrayLength() : list.Items.Count;

    /// <summary>Steps of an access beyond the node's own: a JSON array with nested values is walked from its start.</summary>
    public static long IndexCost(in ExpressionValue list, long index) => list.IsJson ? index / ItemsPerStep : 0;

    public static ListEnumerator Enumerate(in ExpressionValue list) => new(list);
}
