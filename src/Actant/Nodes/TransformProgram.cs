using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>Writes the values of expressions; all of them see the state before.</summary>
internal sealed class TransformProgram(GraphNode node, NamedExpressions set) : NodeProgram(node)
{
    public override Move Next(ActivationView view)
    {
        var (values, fault) = set.Evaluate(view.Expressions, view.NewBudget());
        return new Move.Finish(fault is { } why
            ? NodeOutcome.Failed(view.Failure(why.Code, why.Message))
            : new NodeOutcome([.. values.Select(static value => new StateWrite(value.Key, value.Value))]));
    }
}
