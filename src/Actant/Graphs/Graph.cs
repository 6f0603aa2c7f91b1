using Actant.Definitions;

namespace Actant.Graphs;

/// <summary>
/// The immutable form of a graph that the planner walks: nodes and edges in place, cycles and joins analysed. Shared by all
/// executions of a definition.
/// </summary>
internal sealed class Graph
{
    internal Graph(GraphDefinition definition, IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphEdge> edges)
    {
        Definition = definition;
        Nodes = nodes;
        Edges = edges;
        Entries = [.. edges.Where(edge => edge.From is null)];
        Names = nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
    }

    /// <summary>What the user wrote.</summary>
    public GraphDefinition Definition { get; }

    /// <summary>All nodes, specialists included, in the definition's order.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The edges over which work flows.</summary>
    public IReadOnlyList<GraphEdge> Edges { get; }

    internal IReadOnlyList<GraphEdge> Entries { get; }

    private Dictionary<string, GraphNode> Names { get; }

    /// <summary>The node of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public GraphNode this[string name] => Names[name];

    /// <summary>Builds a graph from a definition that <see cref="GraphAnalysis.Check"/> finds no fault with.</summary>
    /// <exception cref="ArgumentException">The structure is wrong; the message lists why.</exception>
    public static Graph Compile(GraphDefinition definition)
    {
        var analysis = new GraphAnalysis(definition);
        return analysis.Problems.Count == 0
            ? analysis.Build()
            : throw new ArgumentException(string.Join(' ', analysis.Problems.Select(problem => $"{problem.Path}: {problem.Message}")), nameof(definition));
    }
}
