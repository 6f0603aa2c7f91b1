using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class NegateNode(int position, Node operand) : Node(position, operand)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        if (!operand.TryEvaluate(ref evaluation, out value))
        {
            return false;
        }

        switch (value.Kind)
        {
            case ExpressionValueKind.Integer when value.GetInt64() == long.MinValue:
                return evaluation.Fail(
                    ExpressionErrorCodes.Overflow, "The result of '-' does not fit 64 bits.", Position, operand.Path);
            case ExpressionValueKind.Integer:
                value = ExpressionValue.From(-value.GetInt64());
                return true;
            case ExpressionValueKind.Double:
                value = ExpressionValue.From(-value.GetDouble());
                return true;
            default:
                return evaluation.FailType($"'-' is not defined for {value.Kind.Name()}.", this, operand);
        }
    }
}
