using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class ConditionalNode(int position, Node condition, Node whenTrue, Node whenFalse)
    : Node(position, condition, whenTrue, whenFalse)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        if (!condition.TryEvaluate(ref evaluation, out value))
        {
            return false;
        }

        return value.Kind == ExpressionValueKind.Boolean
            ? (value.GetBoolean() ? whenTrue : whenFalse).TryEvaluate(ref evaluation, out value)
            : evaluation.FailType($"The condition of '?:' is of type {value.Kind.Name()}, not bool.", this, condition);
    }
}
