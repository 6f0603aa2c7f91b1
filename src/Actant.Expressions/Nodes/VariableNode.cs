namespace Actant.Expressions.Nodes;

internal sealed class VariableNode(int position, string name) : Node(position)
{
    public override string Path => name;

    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        evaluation.IsInScope = true;
        var isKnown = evaluation.Scope.TryGetValue(name, out value);
        evaluation.IsInScope = false;
        return isKnown || evaluation.Fail(ExpressionErrorCodes.UnknownName, $"There is no variable '{name}'.", Position, name);
    }
}
