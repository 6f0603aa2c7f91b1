using Actant.Definitions;
using Actant.Expressions;
using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>Waits for a time. Once it is stored it is that time, whatever the state says later.</summary>
/// <param name="node">The node.</param>
/// <param name="until">What gives the time, where the definition does not say it.</param>
internal sealed class WaitProgram(GraphNode node, Expression? until) : NodeProgram(node)
{
    /// <summary>The code of a time that cannot be waited for.</summary>
    public const string InvalidWait = "invalid_wait";

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(DefinitionBounds.WaitDays);

    /// <summary>The expression that gives a node's time; <c>null</c> where the definition says it.</summary>
    public static Expression? Compile(NodeDefinition node) => node.WaitUntil is { } text && Rfc3339.Parse(text) is null ? Expression.Compile(text) : null;

    public override Move Next(ActivationView view)
    {
        if (view.State.WakeAt is { } wakeAt)
        {
            return EndOrSleep(view, wakeAt);
        }

        var (found, fault) = Find(view);
        return fault is not null ? new Move.Finish(fault)
            : found - view.Now > s_longest ? new Move.Finish(NodeOutcome.Failed(view.Failure(
                InvalidWait, $"`until` of `{Node.Name}` is {found:O}, in more than {DefinitionBounds.WaitDays} days.")))
            : EndOrSleep(view, found);
    }

    private static Move EndOrSleep(ActivationView view, DateTimeOffset at) => at > view.Now ? new Move.Sleep(at) : new Move.Finish(NodeOutcome.Done);

    private (DateTimeOffset At, NodeOutcome? Fault) Find(ActivationView view)
    {
        if (Node.Definition.WaitFor is { } wait)
        {
            return (view.Now + wait, null);
        }

        if (until is null)
        {
            return (Rfc3339.Parse(Node.Definition.WaitUntil!)!.Value, null);
        }

        var result = until.Evaluate(view.Expressions);
        if (!result.IsSuccess)
        {
            return (default, view.Failed(result.Error, $"`until` of `{Node.Name}`"));
        }

        return result.Value.Kind == ExpressionValueKind.String && Rfc3339.Parse(result.Value.GetString()) is { } at
            ? (at, null)
            : (default, NodeOutcome.Failed(view.Failure(
                InvalidWait, $"`until` of `{Node.Name}` is no time: a text such as 2026-12-31T18:00:00Z is expected.")));
    }
}
