namespace Actant.Expressions.Values;

internal static class NumberOrder
{
    /// <summary>
    /// Compares two numbers; null when one is NaN. An integer is compared with a double as the nearest double, as CEL's
    /// conformance cases have it: the largest integer equals 2^63.
    /// </summary>
    public static int? Compare(in ExpressionValue left, in ExpressionValue right)
    {
        if (left.Kind == ExpressionValueKind.Integer && right.Kind == ExpressionValueKind.Integer)
        {
            return left.GetInt64().CompareTo(right.GetInt64());
        }

        var (a, b) = (left.GetDouble(), right.GetDouble());
        return double.IsNaN(a) || double.IsNaN(b) ? null : a == b ? 0 : a < b ? -1 : 1;
    }

    public static bool IsNumber(in ExpressionValue value) =>
        value.Kind is ExpressionValueKind.Integer or ExpressionValueKind.Double;
}
