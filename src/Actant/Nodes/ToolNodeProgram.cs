using Actant.Graphs;
using Actant.Journaling;
using Actant.Tools;

namespace Actant.Nodes;

/// <summary>Calls one tool, or one agent, with arguments made of the state.</summary>
internal sealed class ToolNodeProgram(GraphNode node, ArgumentsTemplate arguments, BoundTool? tool, Delegate? target) : NodeProgram(node)
{
    /// <summary>The id of its only call: unique in the execution because the activation's name is.</summary>
    private const string CallId = "call";

    public override Move Next(ActivationView view)
    {
        var call = view.State.Calls.Find(candidate => candidate.Id == CallId);
        if (call is { IsFinished: true })
        {
            return new Move.End(call.Failure is { } failure
                ? NodeOutcome.Failed(failure with { Where = ScopePath.OfNode(view.Path, view.Name) })
                : new NodeOutcome([new StateWrite(Node.Definition.Writes ?? Node.Name, call.Output ?? default)]));
        }

        if (call is null)
        {
            var rendered = arguments.Render(view.Expressions, out var error);
            if (error is not null)
            {
                return new Move.End(view.Failed(error, $"The arguments of `{Node.Name}`"));
            }

            call = view.State.Call(CallId, Node.Definition.Tool!, rendered);
        }

        return new Move.Call([new PlannedCall(call, tool, target?.Open(view, call))]);
    }
}
