using Actant.Expressions.Nodes;

namespace Actant.Expressions.Functions;

/// <summary>How a function may be called, and what runs.</summary>
/// <param name="IsMethod">May be called as <c>x.f()</c>.</param>
/// <param name="IsGlobal">May be called as <c>f(x)</c>.</param>
/// <param name="Unary">Set for a function of one value.</param>
/// <param name="Predicate">Set for a function of two strings; neither is set for <c>matches</c>, which keeps its pattern
/// compiled.</param>
internal sealed record FunctionSignature(
    bool IsMethod, bool IsGlobal, UnaryFunction? Unary = null, TextPredicate? Predicate = null)
{
    /// <summary>Number of values, a receiver included.</summary>
    public int Arity => Unary is null ? 2 : 1;
}
