using System.Text.Json;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>Runs a nested graph with a state of its own, and maps values in and out; inside its execution, or as a child.</summary>
/// <param name="node">The node.</param>
/// <param name="place">Its name, with those of the nodes around it.</param>
/// <param name="nested">What runs.</param>
/// <param name="input">What goes in.</param>
/// <param name="output">What comes out.</param>
internal sealed class GraphNodeProgram(
    GraphNode node,
    string place,
    GraphProgram nested,
    NamedExpressions input,
    NamedExpressions output) : NodeProgram(node)
{
    /// <summary>Its name, with those of the nodes around it.</summary>
    public string Place => place;

    /// <summary>What runs.</summary>
    public GraphProgram Nested => nested;

    /// <summary>Whether it runs as a child.</summary>
    public bool IsSpawned => Node.Definition.Spawn;

    public override Move Next(ActivationView view)
    {
        if (view.Child is { } child)
        {
            return child.Ended is { } ended ? new Move.Finish(Leave(view, ended)) : Move.Wait;
        }

        var path = ScopePath.OfNode(view.Path, view.Name);
        if (view.HasBegun(path))
        {
            // Of the state as it is by now, its input might be another one, or none.
            return new Move.Enter(new NestedScope(path, nested, static _ => throw new InvalidOperationException("The scope has its input."), null));
        }

        // They are stored as the input and as what it does to the state.
        var (values, wrong) = input.Evaluate(view.Expressions, new ValueBudget(Math.Min(view.MaxStateBytes, JsonLimits.MaxValueBytes / 2)));
        if (wrong is { } why)
        {
            return new Move.Finish(NodeOutcome.Failed(view.Failure(why.Code, why.Message)));
        }

        var given = input.IsEmpty ? view.Scope.Input : JsonValues.With(null, values);
        var (received, fault) = Inputs.Of(given, nested.Reducers, new ScopeState());
        return fault is not null ? new Move.Finish(NodeOutcome.Failed(view.Failure(fault.Code, fault.Message)))
            : IsSpawned ? new Move.Start(place, given)
            : new Move.Enter(new NestedScope(path, nested, _ => received, null));
    }

    /// <summary>What the nested graph's end means for this node.</summary>
    public NodeOutcome Leave(ActivationView view, ScopeState inside, ScopeResult result)
    {
        if (result.Failure is { } failure)
        {
            return NodeOutcome.Failed(failure);
        }

        if (output.IsEmpty)
        {
            return WriteOf(result.HasOutput ? result.Output : JsonValues.Null);
        }

        var (values, fault) = output.Evaluate(new StateView(inside, nested.ReadsMessages), view.NewBudget());
        return fault is { } why
            ? NodeOutcome.Failed(view.Failure(why.Code, why.Message))
            : new NodeOutcome([.. values.Select(static value => new StateWrite(value.Key, value.Value))]);
    }

    /// <summary>What a child gives, which knows no state around it: what this node maps out, all of it as one object.</summary>
    public ScopeResult Give(ScopeState inside, ScopeResult result, int maxStateBytes)
    {
        if (result.Failure is not null || output.IsEmpty)
        {
            return result;
        }

        var (values, fault) = output.Evaluate(new StateView(inside, nested.ReadsMessages), new ValueBudget(maxStateBytes));
        return fault is { } why ? ScopeResult.Failed(new Failure { Code = why.Code, Message = why.Message }) : new ScopeResult(JsonValues.With(null, values), null, null);
    }

    /// <summary>What a child's end means for this node.</summary>
    private NodeOutcome Leave(ActivationView view, ChildEnded ended)
    {
        if (ended.Status != ExecutionStatus.Completed)
        {
            var failure = ended.Failure ?? new Failure { Code = "child_failed", Message = $"The child execution {ended.Child} did not complete." };
            var here = ScopePath.OfNode(view.Path, view.Name);
            return NodeOutcome.Failed(failure with { Where = failure.Where is { Length: > 0 } inside ? $"{here}/{inside}" : here });
        }

        var hasOutput = ended.Output.ValueKind != JsonValueKind.Undefined;
        return output.IsEmpty
            ? WriteOf(hasOutput ? ended.Output : JsonValues.Null)
            : new NodeOutcome([.. output.Names.Select(name => new StateWrite(name, ended.Output.Member(name) ?? JsonValues.Null))]);
    }

    private NodeOutcome WriteOf(JsonElement value) => new([new StateWrite(Node.Definition.Writes ?? Node.Name, value)]);
}
