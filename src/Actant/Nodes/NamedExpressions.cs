using System.Text.Json;
using Actant.Expressions;
using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>A field of a node that gives names to the values of expressions.</summary>
/// <param name="node">The node.</param>
/// <param name="field">The field.</param>
/// <param name="expressions">Name and expression.</param>
internal sealed class NamedExpressions(GraphNode node, string field, IReadOnlyList<KeyValuePair<string, Expression>> expressions)
{
    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => expressions.Count == 0;

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => expressions.Select(static pair => pair.Key);

    /// <summary>The values; all of them are of one state.</summary>
    /// <param name="state">What the expressions read.</param>
    /// <param name="budget">What the values may have together.</param>
    /// <returns>The values, and why there is one too few: its code, and what to say of it.</returns>
    public (List<KeyValuePair<string, JsonElement>> Values, (string Code, string Message)? Fault) Evaluate(StateView state, ValueBudget budget)
    {
        var values = new List<KeyValuePair<string, JsonElement>>(expressions.Count);
        foreach (var (name, expression) in expressions)
        {
            var evaluated = expression.Evaluate(state);
            if (!evaluated.IsSuccess)
            {
                return (values, ("expression_error", $"`{field}.{name}` of `{node.Name}`: {evaluated.Error}"));
            }

            var (value, fault) = budget.Take(evaluated.Value);
            if (fault is { } why)
            {
                return (values, (why.Code, $"`{field}.{name}` of `{node.Name}`: {why.Message}"));
            }

            values.Add(new(name, value));
        }

        return (values, null);
    }
}
