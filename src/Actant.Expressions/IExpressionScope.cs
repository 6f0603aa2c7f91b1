namespace Actant.Expressions;

/// <summary>Gives an expression its root variables, such as <c>state</c> or <c>item</c>.</summary>
/// <remarks>
/// Asked once per mention of a name while evaluating, on the evaluating thread, so a costly root is best kept by the scope.
/// What it throws reaches the caller of <c>Evaluate</c> unchanged.
/// </remarks>
public interface IExpressionScope
{
    /// <summary>Finds the variable; false makes the mention an error, unlike a missing member, which is null.</summary>
    bool TryGetValue(string name, out ExpressionValue value);
}
