using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>Decides nothing by itself: its edges do, when it ends.</summary>
internal sealed class RouterProgram(GraphNode node) : NodeProgram(node)
{
    public override Move Next(ActivationView view) => new Move.Finish(NodeOutcome.Done);
}
