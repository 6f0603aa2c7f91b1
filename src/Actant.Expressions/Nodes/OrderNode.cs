using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class OrderNode(int position, OrderOperator kind, string symbol, Node left, Node right)
    : BinaryNode(position, symbol, left, right)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        int? order;
        if (NumberOrder.IsNumber(a) && NumberOrder.IsNumber(b))
        {
            order = NumberOrder.Compare(a, b);
        }
        else if (a.Kind != b.Kind)
        {
            return FailType(ref evaluation, a, b);
        }
        else if (a.Kind == ExpressionValueKind.Boolean)
        {
            order = a.GetBoolean().CompareTo(b.GetBoolean());
        }
        else if (a.Kind == ExpressionValueKind.String)
        {
            if (!evaluation.TryReadText(a, Position, out var x) || !evaluation.TryReadText(b, Position, out var y))
            {
                return false;
            }

            order = TextOrder.Compare(x, y);
        }
        else
        {
            return FailType(ref evaluation, a, b);
        }

        // A comparison with NaN has no order and is false whatever the operator.
        value = ExpressionValue.From(kind switch
        {
            OrderOperator.Less => order < 0,
            OrderOperator.LessOrEqual => order <= 0,
            OrderOperator.Greater => order > 0,
            _ => order >= 0,
        });
        return true;
    }
}
