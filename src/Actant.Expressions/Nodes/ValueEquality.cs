using System.Runtime.InteropServices;
using System.Text;
using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary>Deep equality: numbers by value, values of different types unequal rather than an error.</summary>
internal static class ValueEquality
{
    // Deeper than any document that System.Text.Json reads by default, shallow enough for every stack.
    private const int MaxDepth = 256;

    public static bool TryCompare(
        ref Evaluation evaluation, in ExpressionValue left, in ExpressionValue right, int position, out bool equal, int depth = 0)
    {
        equal = false;
        if (NumberOrder.IsNumber(left) && NumberOrder.IsNumber(right))
        {
            equal = NumberOrder.Compare(left, right) == 0;
            return true;
        }

        if (left.Kind != right.Kind)
        {
            return true;
        }

        if (depth > MaxDepth)
        {
            return evaluation.FailTooExpensive($"The values are nested deeper than {MaxDepth} levels.", position);
        }

        switch (left.Kind)
        {
            case ExpressionValueKind.Boolean:
                equal = left.GetBoolean() == right.GetBoolean();
                return true;
            case ExpressionValueKind.String:
                return TryCompareText(ref evaluation, left, right, position, out equal);
            case ExpressionValueKind.List:
                return TryCompareLists(ref evaluation, left, right, position, out equal, depth + 1);
            case ExpressionValueKind.Map:
                return TryCompareMaps(ref evaluation, left, right, position, out equal, depth + 1);
            default:
                equal = true;
                return true;
        }
    }

    private static bool TryCompareText(
        ref Evaluation evaluation, in ExpressionValue left, in ExpressionValue right, int position, out bool equal)
    {
        equal = false;
        if (!left.IsJson && right.IsJson)
        {
            return TryCompareText(ref evaluation, right, left, position, out equal);
        }

        if (!left.IsJson || right.IsJson)
        {
            if (!evaluation.TryReadText(left, position, out var a) || !evaluation.TryReadText(right, position, out var b))
            {
                return false;
            }

            equal = a == b;
            return true;
        }

        // The common case, data against a literal: no string is made of the data.
        equal = left.Element.ValueEquals(right.GetString());
        return evaluation.TrySpendText(JsonMarshal.GetRawUtf8Value(left.Element).Length, position);
    }

    private static bool TryCompareLists(
        ref Evaluation evaluation, in ExpressionValue left, in ExpressionValue right, int position, out bool equal, int depth)
    {
        equal = ListItems.Count(left) == ListItems.Count(right);
        if (!equal)
        {
            return true;
        }

        var (a, b) = (new ListEnumerator(left), new ListEnumerator(right));
        while (equal && a.MoveNext() && b.MoveNext())
        {
            if (!evaluation.TrySpend(1, position)
                || !TryCompare(ref evaluation, a.Current, b.Current, position, out equal, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryCompareMaps(
        ref Evaluation evaluation, in ExpressionValue left, in ExpressionValue right, int position, out bool equal, int depth)
    {
        equal = MapMembers.Count(left) == MapMembers.Count(right);
        var members = new MapEnumerator(left);
        while (equal && members.MoveNext())
        {
            var key = members.Key;
            if (!evaluation.TrySpend(1 + MapMembers.LookupCost(right), position)
                || !evaluation.TrySpendText(key.Length, position))
            {
                return false;
            }

            equal = MapMembers.TryGet(right, key, right.IsJson ? Encoding.UTF8.GetBytes(key) : [], out var other);
            if (equal && !TryCompare(ref evaluation, members.Value, other, position, out equal, depth))
            {
                return false;
            }
        }

        return true;
    }
}
