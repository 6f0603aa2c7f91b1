namespace Actant.Expressions.Nodes;

/// <summary><c>has(a.b)</c>: whether the key is there, null or not.</summary>
internal sealed class HasNode(int position, SelectNode member) : Node(position, member)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        var succeeded = member.TryFind(ref evaluation, out var exists, out _);
        value = ExpressionValue.From(exists);
        return succeeded;
    }
}
