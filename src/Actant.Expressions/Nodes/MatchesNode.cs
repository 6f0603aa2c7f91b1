using Actant.Expressions.Patterns;

namespace Actant.Expressions.Nodes;

/// <summary>
/// <c>text.matches(pattern)</c>; a literal pattern is compiled with the expression, another one when it changes.
/// </summary>
internal sealed class MatchesNode(int position, Node text, Node pattern, Pattern? literal)
    : BinaryNode(position, "matches", text, pattern)
{
    private const int CompilationCost = 100;

    private readonly bool _isLiteral = literal is not null;

    // One reference, written whole: threads may race to replace it, none sees half of it.
    private volatile Pattern? _last = literal;

    protected override bool TryApply(
        ref Evaluation evaluation, in ExpressionValue a, in ExpressionValue b, out ExpressionValue value)
    {
        value = default;
        if (a.Kind != ExpressionValueKind.String || b.Kind != ExpressionValueKind.String)
        {
            return FailType(ref evaluation, a, b);
        }

        if (!evaluation.TryReadText(a, Position, out var input)
            || !evaluation.TryReadText(b, Position, out var source)
            || !TryGetPattern(ref evaluation, source, out var compiled)
            || !evaluation.TrySpend(compiled.Cost(input.Length), Position))
        {
            return false;
        }

        if (compiled.IsMatch(input) is not { } isMatch)
        {
            return evaluation.FailTooExpensive("The pattern takes too long on this text.", Position);
        }

        value = ExpressionValue.From(isMatch);
        return true;
    }

    private bool TryGetPattern(ref Evaluation evaluation, string source, out Pattern compiled)
    {
        compiled = _last!;
        if (compiled?.Source == source)
        {
            return _isLiteral || evaluation.TrySpend(CompilationCost, Position);
        }

        if (!evaluation.TrySpend(CompilationCost, Position))
        {
            return false;
        }

        if (!Pattern.TryCreate(source, out var created, out var problem))
        {
            return Fail(ref evaluation, ExpressionErrorCodes.InvalidArgument, problem);
        }

        _last = compiled = created;
        return true;
    }
}
