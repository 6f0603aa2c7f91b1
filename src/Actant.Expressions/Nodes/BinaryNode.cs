using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary>An operator that needs both of its operands.</summary>
internal abstract class BinaryNode(int position, string symbol, Node left, Node right) : Node(position, left, right)
{
    protected string Symbol => symbol;

    protected sealed override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        if (left.TryEvaluate(ref evaluation, out value) && right.TryEvaluate(ref evaluation, out var second))
        {
            var first = value;
            return TryApply(ref evaluation, first, second, out value);
        }

        return false;
    }

    protected abstract bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value);

    protected bool FailType(ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b) => evaluation.Fail(
        ExpressionErrorCodes.Type,
        $"'{symbol}' is not defined for {a.Kind.Name()} and {b.Kind.Name()}.",
        Position,
        left.Path ?? right.Path);

    protected bool Fail(ref Evaluation evaluation, string code, string message) =>
        evaluation.Fail(code, message, Position, left.Path ?? right.Path);
}
