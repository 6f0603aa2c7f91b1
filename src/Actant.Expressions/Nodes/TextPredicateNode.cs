namespace Actant.Expressions.Nodes;

/// <summary><c>text.contains(part)</c> and its like.</summary>
internal sealed class TextPredicateNode(int position, string name, TextPredicate predicate, Node text, Node part)
    : BinaryNode(position, name, text, part)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        if (a.Kind != ExpressionValueKind.String || b.Kind != ExpressionValueKind.String)
        {
            return FailType(ref evaluation, a, b);
        }

        if (!evaluation.TryReadText(a, Position, out var x) || !evaluation.TryReadText(b, Position, out var y))
        {
            return false;
        }

        value = ExpressionValue.From(predicate(x, y));
        return true;
    }
}
