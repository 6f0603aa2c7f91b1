using Actant.Expressions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A scope's state as the roots <c>state</c> and <c>input</c> of expressions, with writes that are not stored yet on top.</summary>
/// <param name="scope">The scope.</param>
/// <param name="withMessages">Whether anybody will read <c>state.messages</c>.</param>
/// <param name="written">Values on top.</param>
internal sealed class StateView(ScopeState scope, bool withMessages, IReadOnlyDictionary<string, WrittenValue>? written = null) : IExpressionScope
{
    private ExpressionValue? _state;

    /// <inheritdoc />
    public bool TryGetValue(string name, out ExpressionValue value)
    {
        switch (name)
        {
            case "state":
                value = _state ??= ExpressionValue.FromView(new StateMembers(scope, withMessages, written));
                return true;
            case "input":
                value = ExpressionValue.FromJson(scope.Input);
                return true;
            case "item":
                value = default;
                return true;
            default:
                value = default;
                return false;
        }
    }
}
