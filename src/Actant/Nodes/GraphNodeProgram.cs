using System.Text.Json;
using System.Text.Json.Nodes;
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
            return new Move.Enter(new NestedScope(path, nested, static () => throw new InvalidOperationException("The scope has its input."), null));
        }

        var values = new JsonObject();
        foreach (var (key, expression) in input)
        {
            var result = expression.Evaluate(view.Expressions);
            if (!result.IsSuccess)
            {
                return new Move.End(view.Failed(result.Error, $"`input.{key}` of `{Node.Name}`"));
            }

            values[key] = JsonNode.Parse(result.Value.ToJsonElement().GetRawText());
        }

        var given = input.Count == 0 ? view.Scope.Input : values.ToElement();
        var received = Inputs.Of(given, nested.Reducers, new ScopeState());
        return nested.Reducers.FaultOf(received) is { } misfit
            ? new Move.End(NodeOutcome.Failed(view.Failure("invalid_state_value", misfit)))
            : new Move.Enter(new NestedScope(path, nested, () => received, null));
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
        foreach (var (key, expression) in output)
        {
            var value = expression.Evaluate(state);
            if (!value.IsSuccess)
            {
                return view.Failed(value.Error, $"`output.{key}` of `{Node.Name}`");
            }

            writes.Add(new StateWrite(key, value.Value.ToJsonElement().Clone()));
        }

        return new NodeOutcome(writes);
    }
}
