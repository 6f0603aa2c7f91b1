using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class NotNode(int position, Node operand) : Node(position, operand)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        if (!operand.TryEvaluate(ref evaluation, out value))
        {
            return false;
        }

        if (value.Kind != ExpressionValueKind.Boolean)
        {
            return evaluation.FailType($"'!' is not defined for {value.Kind.Name()}.", this, operand);
        }

        value = ExpressionValue.From(!value.GetBoolean());
        return true;
    }
}
