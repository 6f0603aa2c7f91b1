using Actant.Expressions.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions.Functions;

internal static class SizeFunction
{
    public static bool TryApply(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value)
    {
        value = default;
        switch (x.Kind)
        {
            case ExpressionValueKind.String:
                if (!evaluation.TryReadText(x, call.Position, out var text))
                {
                    return false;
                }

                value = ExpressionValue.From(TextOrder.CountCodePoints(text));
                return true;
            case ExpressionValueKind.List:
                value = ExpressionValue.From(ListItems.Count(x));
                return true;
            case ExpressionValueKind.Map:
                value = ExpressionValue.From(MapMembers.Count(x));
                return true;
            default:
                return evaluation.FailType($"'size' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }
    }
}
