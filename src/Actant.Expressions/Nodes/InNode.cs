using System.Text;
using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary><c>item in list</c> or <c>key in map</c>; what cannot be a key is in no map.</summary>
internal sealed class InNode(int position, Node left, Node right) : BinaryNode(position, "in", left, right)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        var found = false;
        var succeeded = b.Kind switch
        {
            ExpressionValueKind.List => TryFindItem(ref evaluation, a, b, out found),
            ExpressionValueKind.Map => TryFindKey(ref evaluation, a, b, out found),
            _ => FailType(ref evaluation, a, b),
        };
        value = ExpressionValue.From(found);
        return succeeded;
    }

    private bool TryFindItem(ref Evaluation evaluation, in ExpressionValue item, in ExpressionValue list, out bool found)
    {
        found = false;
        var items = ListItems.Enumerate(list);
        while (!found && items.MoveNext())
        {
            if (!evaluation.TrySpend(1, Position)
                || !ValueEquality.TryCompare(ref evaluation, item, items.Current, Position, out found))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFindKey(ref Evaluation evaluation, in ExpressionValue key, in ExpressionValue map, out bool found)
    {
        found = false;
        if (key.Kind != ExpressionValueKind.String)
        {
            return true;
        }

        if (!evaluation.TrySpend(MapMembers.LookupCost(map), Position) || !evaluation.TryReadText(key, Position, out var name))
        {
            return false;
        }

        found = MapMembers.TryGet(map, name, map.IsJson ? Encoding.UTF8.GetBytes(name) : [], out _);
        return true;
    }
}
