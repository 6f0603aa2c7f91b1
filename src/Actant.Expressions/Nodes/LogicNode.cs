using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary>
/// <c>a &amp;&amp; b &amp;&amp; c</c> or <c>a || b || c</c>: one operand that decides (false, true) is enough, whatever the
/// others do, an error included.
/// </summary>
internal sealed class LogicNode(int position, string symbol, bool decisive, Node[] operands) : Node(position, operands)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        ExpressionError? first = null;
        foreach (var operand in operands)
        {
            if (operand.TryEvaluate(ref evaluation, out value))
            {
                if (value.Kind == ExpressionValueKind.Boolean)
                {
                    if (value.GetBoolean() == decisive)
                    {
                        evaluation.Error = null;
                        return true;
                    }

                    continue;
                }

                evaluation.Fail(
                    ExpressionErrorCodes.Type,
                    $"An operand of '{symbol}' is of type {value.Kind.Name()}, not bool.",
                    operand.Position,
                    operand.Path);
            }

            first ??= evaluation.Error;
        }

        value = ExpressionValue.From(!decisive);
        evaluation.Error = first;
        return first is null;
    }
}
