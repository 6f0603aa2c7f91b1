using Actant.Graphs;
using Actant.Journaling;
using Actant.Tools;

namespace Actant.Nodes;

/// <summary>Calls one tool, or one agent, with arguments made of the state.</summary>
internal sealed class ToolNodeProgram(GraphNode node, ArgumentsTemplate arguments, BoundTool? tool, Delegate? target) : NodeProgram(node)
{
    public override Move Next(ActivationView view)
    {
        // Its only one, once something of it is recorded.
        var call = view.State.Calls.FirstOrDefault();
        if (call is { IsFinished: true })
        {
            return new Move.Finish(call.Failure is { } failure
                ? NodeOutcome.Failed(failure with { Where = ScopePath.OfNode(view.Path, view.Name) })
                : new NodeOutcome([new StateWrite(Node.Definition.Writes ?? Node.Name, call.Output ?? default)]));
        }

        if (call is null)
        {
            var (rendered, fault) = arguments.Render(view.Expressions, view.NewBudget());
            if (fault is { } why)
            {
                return new Move.Finish(view.Failed(why, $"The arguments of `{Node.Name}`"));
            }

            call = new CallState { Id = NewId(view), Tool = Node.Definition.Tool!, Arguments = rendered };
        }

        return new Move.CallTools([call], only => new PlannedCall(only, tool, target?.Open(view, only)));
    }

    private static string NewId(ActivationView view) => view.Execution.Behaviour < EngineBehaviour.OwnCallIds
        ? CallIds.OfToolNodeBefore
        : CallIds.Of(view.Execution.Id, view.Path, view.Name, 0, 0);
}
