namespace Actant.Expressions.Nodes;

internal sealed class LiteralNode(int position, ExpressionValue literal) : Node(position)
{
    public ExpressionValue Value => literal;

    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        value = literal;
        return true;
    }
}
