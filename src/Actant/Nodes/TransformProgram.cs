using Actant.Expressions;
using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>Writes the values of expressions; all of them see the state before.</summary>
internal sealed class TransformProgram(GraphNode node, IReadOnlyList<KeyValuePair<string, Expression>> set) : NodeProgram(node)
{
    public override Move Next(ActivationView view)
    {
        var writes = new List<StateWrite>(set.Count);
        var budget = view.NewBudget();
        foreach (var (key, expression) in set)
        {
            var result = expression.Evaluate(view.Expressions);
            if (!result.IsSuccess)
            {
                return new Move.Finish(view.Failed(result.Error, $"`set.{key}` of `{Node.Name}`"));
            }

            var (value, fault) = budget.Take(result.Value);
            if (fault is { } why)
            {
                return new Move.Finish(view.Failed(why, $"`set.{key}` of `{Node.Name}`"));
            }

            writes.Add(new StateWrite(key, value));
        }

        return new Move.Finish(new NodeOutcome(writes));
    }
}
