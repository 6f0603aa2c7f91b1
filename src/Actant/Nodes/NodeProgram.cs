using Actant.Graphs;

namespace Actant.Nodes;

/// <summary>A node, compiled: says what an activation of it needs next. One class for each kind; immutable.</summary>
internal abstract class NodeProgram(GraphNode node)
{
    /// <summary>The node.</summary>
    public GraphNode Node { get; } = node;

    /// <summary>What the activation needs next.</summary>
    public abstract Move Next(ActivationView view);
}
