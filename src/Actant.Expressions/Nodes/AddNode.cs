using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary><c>+</c>: sums numbers, concatenates strings and lists.</summary>
internal sealed class AddNode(int position, Node left, Node right) : BinaryNode(position, "+", left, right)
{
    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        switch (a.Kind, b.Kind)
        {
            case (ExpressionValueKind.Integer, ExpressionValueKind.Integer):
                var (x, y) = (a.GetInt64(), b.GetInt64());
                var sum = unchecked(x + y);
                value = ExpressionValue.From(sum);

                // Both operands have a sign that the sum has not.
                return ((x ^ sum) & (y ^ sum)) >= 0
                    || Fail(ref evaluation, ExpressionErrorCodes.Overflow, "The result of '+' does not fit 64 bits.");
            case var _ when NumberOrder.IsNumber(a) && NumberOrder.IsNumber(b):
                value = ExpressionValue.From(a.GetDouble() + b.GetDouble());
                return true;
            case (ExpressionValueKind.String, ExpressionValueKind.String):
                return TryConcatenateText(ref evaluation, a, b, out value);
            case (ExpressionValueKind.List, ExpressionValueKind.List):
                return TryConcatenateLists(ref evaluation, a, b, out value);
            default:
                return FailType(ref evaluation, a, b);
        }
    }

    private bool TryConcatenateText(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        if (!evaluation.TryReadText(a, Position, out var x) || !evaluation.TryReadText(b, Position, out var y))
        {
            return false;
        }

        if (x.Length + (long)y.Length > evaluation.MaxStringLength)
        {
            return evaluation.FailTooExpensive($"The string is longer than {evaluation.MaxStringLength} characters.", Position);
        }

        value = ExpressionValue.From(x + y);
        return true;
    }

    private bool TryConcatenateLists(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        var count = ListItems.Count(a) + (long)ListItems.Count(b);
        if (!evaluation.TrySpend(count, Position))
        {
            return false;
        }

        var items = new ExpressionValue[count];
        var next = 0;
        for (var source = ListItems.Enumerate(a); source.MoveNext();)
        {
            items[next++] = source.Current;
        }

        for (var source = ListItems.Enumerate(b); source.MoveNext();)
        {
            items[next++] = source.Current;
        }

        value = ExpressionValue.FromItems(items);
        return true;
    }
}
