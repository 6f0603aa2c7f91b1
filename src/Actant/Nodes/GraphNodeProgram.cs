using System.Text.Json;
using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>Runs a nested graph with a state of its own, and maps values in and out.</summary>
internal sealed class GraphNodeProgram(
    GraphNode node,
    GraphProgram nested,
    IReadOnlyList<KeyValuePair<string, Expression>> input,
    IReadOnlyList<KeyValuePair<string, Expression>> output) : NodeProgram(node)
{
    public override Move Next(ActivationView view)
    {
        var path = ScopePath.OfNode(view.Path, view.Name);
        if (view.HasBegun(path))
        {
            // Of the state as it is by now, its input might be another one, or none.
            return new Move.Enter(new NestedScope(path, nested, static _ => throw new InvalidOperationException("The scope has its input."), null));
        }

        var values = new List<KeyValuePair<string, JsonElement>>(input.Count);

        // They are stored as the input and as what it does to the state.
        var budget = new ValueBudget(Math.Min(view.MaxStateBytes, JsonLimits.MaxValueBytes / 2));
        foreach (var (key, expression) in input)
        {
            var result = expression.Evaluate(view.Expressions);
            if (!result.IsSuccess)
            {
                return new Move.Finish(view.Failed(result.Error, $"`input.{key}` of `{Node.Name}`"));
            }

            var (value, why) = budget.Take(result.Value);
            if (why is { } tooMuch)
            {
                return new Move.Finish(view.Failed(tooMuch, $"`input.{key}` of `{Node.Name}`"));
            }

            values.Add(new(key, value));
        }

        var given = input.Count == 0 ? view.Scope.Input : JsonValues.With(null, values);
        var (received, fault) = Inputs.Of(given, nested.Reducers, new ScopeState());
        return fault is not null
            ? new Move.Finish(NodeOutcome.Failed(view.Failure(fault.Code, fault.Message)))
            : new Move.Enter(new NestedScope(path, nested, _ => received, null));
    }

    /// <summary>What the nested graph's end means for this node.</summary>
    public NodeOutcome Leave(ActivationView view, ScopeState inside, ScopeResult result)
    {
        if (result.Failure is { } failure)
        {
            return NodeOutcome.Failed(failure);
        }

        if (output.Count == 0)
        {
            return new NodeOutcome([new StateWrite(Node.Definition.Writes ?? Node.Name, result.HasOutput ? result.Output : JsonElement.Parse("null"))]);
        }

        var state = new StateView(inside, nested.ReadsMessages);
        var writes = new List<StateWrite>(output.Count);
        var budget = view.NewBudget();
        foreach (var (key, expression) in output)
        {
            var evaluated = expression.Evaluate(state);
            if (!evaluated.IsSuccess)
            {
                return view.Failed(evaluated.Error, $"`output.{key}` of `{Node.Name}`");
            }

            var (value, fault) = budget.Take(evaluated.Value);
            if (fault is { } why)
            {
                return view.Failed(why, $"`output.{key}` of `{Node.Name}`");
            }

            writes.Add(new StateWrite(key, value));
        }

        return new NodeOutcome(writes);
    }
}
