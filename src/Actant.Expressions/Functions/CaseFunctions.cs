using Actant.Expressions.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions.Functions;

internal static class CaseFunctions
{
    public static bool TryLower(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value) =>
        TryApply(ref evaluation, call, x, "lower", static text => text.ToLowerInvariant(), out value);

    public static bool TryUpper(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value) =>
        TryApply(ref evaluation, call, x, "upper", static text => text.ToUpperInvariant(), out value);

    private static bool TryApply(
        ref Evaluation evaluation,
        UnaryCallNode call,
        in ExpressionValue x,
        string name,
        Func<string, string> convert,
        out ExpressionValue value)
    {
        value = default;
        if (x.Kind != ExpressionValueKind.String)
        {
            return evaluation.FailType($"'{name}' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }

        if (!evaluation.TryReadText(x, call.Position, out var text))
        {
            return false;
        }

        value = ExpressionValue.From(convert(text));
        return true;
    }
}
