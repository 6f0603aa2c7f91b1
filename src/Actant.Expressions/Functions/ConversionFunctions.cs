using Actant.Expressions.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions.Functions;

internal static class ConversionFunctions
{
    private const double TwoTo63 = 9223372036854775808.0;

    public static bool TryInt(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value)
    {
        value = x;
        switch (x.Kind)
        {
            case ExpressionValueKind.Integer:
                return true;
            case ExpressionValueKind.Double:
                var number = x.GetDouble();

                // Both ends are excluded, as in CEL: at 2^63 a double no longer tells neighbouring integers apart.
                if (!(number > -TwoTo63 && number < TwoTo63))
                {
                    return evaluation.Fail(
                        ExpressionErrorCodes.Overflow,
                        "The double does not fit a 64-bit integer.",
                        call.Position,
                        call.Argument.Path);
                }

                value = ExpressionValue.From((long)number);
                return true;
            case ExpressionValueKind.String:
                if (!evaluation.TryReadText(x, call.Position, out var text))
                {
                    return false;
                }

                var isNumber = NumberText.TryParse(text, out long parsed);
                value = ExpressionValue.From(parsed);
                return isNumber || FailParse(ref evaluation, call, "an integer");
            default:
                return evaluation.FailType($"'int' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }
    }

    public static bool TryDouble(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value)
    {
        value = x;
        switch (x.Kind)
        {
            case ExpressionValueKind.Double:
                return true;
            case ExpressionValueKind.Integer:
                value = ExpressionValue.From(x.GetDouble());
                return true;
            case ExpressionValueKind.String:
                if (!evaluation.TryReadText(x, call.Position, out var text))
                {
                    return false;
                }

                var isNumber = NumberText.TryParse(text, out double parsed);
                value = ExpressionValue.From(parsed);
                return isNumber || FailParse(ref evaluation, call, "a number");
            default:
                return evaluation.FailType($"'double' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }
    }

    public static bool TryString(ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value)
    {
        value = x;
        switch (x.Kind)
        {
            case ExpressionValueKind.String:
                return true;
            case ExpressionValueKind.Boolean:
                value = ExpressionValue.From(x.GetBoolean() ? "true" : "false");
                return true;
            case ExpressionValueKind.Integer:
                value = ExpressionValue.From(NumberText.Format(x.GetInt64()));
                return true;
            case ExpressionValueKind.Double:
                value = ExpressionValue.From(NumberText.Format(x.GetDouble()));
                return true;
            default:
                return evaluation.FailType($"'string' is not defined for {x.Kind.Name()}.", call, call.Argument);
        }
    }

    private static bool FailParse(ref Evaluation evaluation, UnaryCallNode call, string what) =>
        evaluation.Fail(ExpressionErrorCodes.InvalidArgument, $"The string is not {what}.", call.Position, call.Argument.Path);
}
