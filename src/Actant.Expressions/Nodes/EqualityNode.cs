namespace Actant.Expressions.Nodes;

internal sealed class EqualityNode(int position, bool isEqual, Node left, Node right)
    : BinaryNode(position, isEqual ? "==" : "!=", left, right)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        var succeeded = ValueEquality.TryCompare(ref evaluation, a, b, Position, out var equal);
        value = ExpressionValue.From(equal == isEqual);
        return succeeded;
    }
}
