using Actant.Definitions;

namespace Actant.Graphs;

/// <summary>A node in its place.</summary>
internal sealed class GraphNode
{
    /// <summary>Its place among the definition's nodes.</summary>
    public required int Index { get; init; }

    /// <summary>What the user wrote.</summary>
    public required NodeDefinition Definition { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>Edges that lead out of it, in the definition's order.</summary>
    public IReadOnlyList<GraphEdge> Outgoing => OutgoingEdges;

    /// <summary>Whether the execution may succeed because it ran.</summary>
    public bool IsOutput { get; internal set; }

    /// <summary>The nodes that it may call as tools.</summary>
    public IReadOnlyList<GraphNode> Specialists => SpecialistNodes;

    internal List<GraphEdge> OutgoingEdges { get; } = [];

    internal List<GraphEdge> IncomingEdges { get; } = [];

    internal List<GraphNode> SpecialistNodes { get; } = [];

    /// <summary>Whether edges lead to it or from it: a specialist that is only called has no place in the flow.</summary>
    internal bool IsInFlow { get; set; }

    /// <summary>The innermost region it lies in.</summary>
    internal Region? Home { get; set; }

    /// <summary>The region of arrivals that it opens.</summary>
    internal Region? Arrivals { get; set; }

    /// <summary>The cycle that it heads.</summary>
    internal Region? Cycle { get; set; }

    /// <summary>How many edges that are not back edges lead to it.</summary>
    internal int ForwardCount { get; set; }
}
