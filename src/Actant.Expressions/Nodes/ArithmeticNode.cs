using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary>
/// <c>- * / %</c>. Integers stay integers; an integer beside a double becomes one, because a JSON number does not say which
/// of the two it is meant to be.
/// </summary>
internal sealed class ArithmeticNode(int position, ArithmeticOperator kind, string symbol, Node left, Node right)
    : BinaryNode(position, symbol, left, right)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        if (a.Kind == ExpressionValueKind.Integer && b.Kind == ExpressionValueKind.Integer)
        {
            return TryApply(ref evaluation, a.GetInt64(), b.GetInt64(), out value);
        }

        value = default;
        if (!NumberOrder.IsNumber(a) || !NumberOrder.IsNumber(b) || kind == ArithmeticOperator.Remainder)
        {
            return FailType(ref evaluation, a, b);
        }

        var (x, y) = (a.GetDouble(), b.GetDouble());
        value = ExpressionValue.From(kind switch
        {
            ArithmeticOperator.Subtract => x - y,
            ArithmeticOperator.Multiply => x * y,
            _ => x / y,
        });
        return true;
    }

    private bool TryApply(ref Evaluation evaluation, long x, long y, out ExpressionValue value)
    {
        value = default;
        if (kind is ArithmeticOperator.Divide or ArithmeticOperator.Remainder && y == 0)
        {
            return Fail(ref evaluation, ExpressionErrorCodes.DivisionByZero, $"'{Symbol}' by zero.");
        }

        Int128 wide = kind switch
        {
            ArithmeticOperator.Subtract => (Int128)x - y,
            ArithmeticOperator.Multiply => (Int128)x * y,
            ArithmeticOperator.Divide => (Int128)x / y,
            _ => (Int128)x % y,
        };
        if (wide < long.MinValue || wide > long.MaxValue)
        {
            return Fail(ref evaluation, ExpressionErrorCodes.Overflow, $"The result of '{Symbol}' does not fit 64 bits.");
        }

        value = ExpressionValue.From((long)wide);
        return true;
    }
}
