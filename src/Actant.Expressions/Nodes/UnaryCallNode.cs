namespace Actant.Expressions.Nodes;

internal sealed class UnaryCallNode(int position, UnaryFunction function, Node argument) : Node(position, argument)
{
    /// <summary>What an error of the function is the fault of.</summary>
    public Node Argument => argument;

    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value) =>
        argument.TryEvaluate(ref evaluation, out value) && TryApply(ref evaluation, value, out value);

    private bool TryApply(ref Evaluation evaluation, ExpressionValue x, out ExpressionValue value) =>
        function(ref evaluation, this, x, out value);
}
