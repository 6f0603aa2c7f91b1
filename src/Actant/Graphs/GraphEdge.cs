using Actant.Definitions;

namespace Actant.Graphs;

/// <summary>An edge over which work flows.</summary>
internal sealed class GraphEdge
{
    /// <summary>Its place among the definition's edges: what the journal names it by. -1 for the edge that makes a node an entry by default.</summary>
    public required int Index { get; init; }

    /// <summary>The source, or <c>null</c> for an entry.</summary>
    public required GraphNode? From { get; init; }

    /// <summary>The target, or <c>null</c> for the end.</summary>
    public required GraphNode? To { get; init; }

    /// <summary>What it means.</summary>
    public required EdgeType Type { get; init; }

    /// <summary>For conditional edges: the expression.</summary>
    public string? Condition { get; init; }

    /// <summary>Whether it starts the next iteration of the cycle whose head is the target.</summary>
    internal bool IsBack { get; set; }

    /// <summary>How many of the source's numbers the target's own begin with.</summary>
    internal int Kept { get; set; }

    /// <summary>The outermost cycle that it leaves: it is settled once, when that has ended.</summary>
    internal Region? LeavesCycle { get; set; }

    /// <summary>The outermost region that it leaves, if that is one of arrivals: each live one arrives by itself.</summary>
    internal Region? LeavesArrivals { get; set; }
}
