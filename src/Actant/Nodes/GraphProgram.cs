using Actant.Definitions;
using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A graph, compiled: its nodes, conditions and reducers. Shared by all executions.</summary>
internal sealed class GraphProgram(
    Graph graph, IReadOnlyDictionary<GraphNode, NodeProgram> nodes, IReadOnlyDictionary<int, Expression> conditions, bool readsMessages)
{
    // Of the few nodes whose edges are not looked at as they stand: ordered once, and not at each end of an activation.
    private readonly Dictionary<GraphNode, IReadOnlyList<GraphEdge>> _inOrder = graph.Nodes
        .Where(static node => node.Outgoing.Any(edge => IsLeft(node, edge)))
        .ToDictionary(static node => node, static IReadOnlyList<GraphEdge> (node) => [.. node.Outgoing.OrderBy(edge => IsLeft(node, edge))]);

    /// <summary>The graph.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>How its state keys combine.</summary>
    public Reducers Reducers { get; } = new(graph.Definition.State);

    /// <summary>Whether an expression of it reads <c>state.messages</c>.</summary>
    public bool ReadsMessages { get; } = readsMessages;

    /// <summary>A node's program.</summary>
    public NodeProgram this[GraphNode node] => nodes[node];

    /// <summary>
    /// Settles an activation that has ended: its operations and live edges, or, where a condition has no value, another
    /// outcome that is settled in its place.
    /// </summary>
    public Settlement Settle(GraphNode node, ScopeState scope, NodeOutcome outcome, string where)
    {
        var writes = outcome.Writes;
        if (outcome.Failure is { } failure)
        {
            if (node.Definition.OnError.Strategy == ErrorStrategy.FailFast || (node.Definition.OnError.Strategy == ErrorStrategy.Fallback && !HasErrorEdge(node)))
            {
                return new Settlement { Failure = failure, Fails = true };
            }

            writes = [.. writes, ErrorOf(scope, node, failure)];
        }

        var reduced = Reducers.Apply(scope, writes);
        if (outcome.Failure is null && FaultOf(reduced, where) is { } fault)
        {
            return Settle(node, scope, NodeOutcome.Failed(fault), where);
        }

        if (reduced.Fault is not null)
        {
            // What it wrote beside its error cannot be kept; the error can.
            reduced = Reducers.Apply(scope, [writes[^1]]);
        }

        var fellBack = outcome.Failure is not null && node.Definition.OnError.Strategy == ErrorStrategy.Fallback;
        var (live, held) = (new List<int>(), false);
        var view = new StateView(scope, ReadsMessages, reduced.Values);
        foreach (var edge in InOrder(node))
        {
            var (isLive, error) = fellBack ? (edge.Type == EdgeType.Error, null) : IsLive(edge, view, held);
            if (error is not null)
            {
                if (outcome.Failure is null)
                {
                    var condition = new Failure
                    {
                        Code = "expression_error",
                        Message = $"The condition `{edge.Condition}` of the edge {edge.From!.Name} → {edge.To?.Name ?? "end"}: {error}",
                        Where = where,
                    };
                    return Settle(node, scope, new NodeOutcome(outcome.Writes, condition), where);
                }

                continue;
            }

            if (isLive)
            {
                live.Add(edge.Index);
                held |= edge.Type == EdgeType.Conditional;
                if (IsRouter(node))
                {
                    break;
                }
            }
        }

        return IsRouter(node) && live.Count == 0 && outcome.Failure is null
            ? Settle(node, scope, NodeOutcome.Failed(NoRoute(node, where)), where)
            : new Settlement { Operations = reduced.Operations, Live = live, Failure = outcome.Failure, FellBack = fellBack };
    }

    private Failure? FaultOf(Reduction reduced, string where) =>
        reduced.Fault is { } fault ? new Failure { Code = fault.Code, Message = fault.Message, Where = where }
        : Reducers.FaultOf(reduced) is { } misfit ? new Failure { Code = ValueErrors.Misfit, Message = misfit, Where = where }
        : null;

    private static bool IsRouter(GraphNode node) => node.Definition.Type == NodeType.Router;

    /// <summary>Conditions come first; what is taken where none of them holds is what is left.</summary>
    private IReadOnlyList<GraphEdge> InOrder(GraphNode node) => _inOrder.GetValueOrDefault(node) ?? node.Outgoing;

    private static bool IsLeft(GraphNode node, GraphEdge edge) => edge.Type == EdgeType.Else || (edge.Type == EdgeType.Direct && IsRouter(node));

    private static bool HasErrorEdge(GraphNode node) => node.Outgoing.Any(edge => edge.Type == EdgeType.Error);

    private static Failure NoRoute(GraphNode node, string where) => new()
    {
        Code = "no_route",
        Message = $"No condition of the router `{node.Name}` holds, and it has no unconditional edge to fall back on.",
        Where = where,
    };

    private static StateWrite ErrorOf(ScopeState scope, GraphNode node, Failure failure)
    {
        var errors = scope.Values.TryGetValue("errors", out var value) ? value : default;
        var error = new System.Text.Json.Nodes.JsonObject { ["code"] = failure.Code, ["message"] = failure.Message }.ToElement();
        return new StateWrite("errors", JsonValues.With(errors, [new(node.Name, error)]));
    }

    private (bool IsLive, ExpressionError? Error) IsLive(GraphEdge edge, StateView view, bool aConditionHeld)
    {
        switch (edge.Type)
        {
            case EdgeType.Direct:
                return (true, null);
            case EdgeType.Conditional:
                return conditions[edge.Index].TryEvaluateCondition(view, out var holds, out var error) ? (holds, null) : (false, error);
            case EdgeType.Else:
                return (!aConditionHeld, null);
            default:
                return (false, null);
        }
    }
}
