namespace Actant.Graphs;

/// <summary>
/// A part of a graph that may run several times in one execution. Each time has a number, and an activation carries the
/// numbers of all regions around its node.
/// </summary>
internal sealed class Region(RegionKind kind, int head, Region? parent, int limit)
{
    /// <summary>Why it may run several times.</summary>
    public RegionKind Kind { get; } = kind;

    /// <summary>The node through which it is entered; it is inside.</summary>
    public int Head { get; } = head;

    /// <summary>The region around it.</summary>
    public Region? Parent { get; } = parent;

    /// <summary>How many regions are around it: the place of its number in an activation's numbers.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Cycles: how many iterations there may be.</summary>
    public int Limit { get; } = limit;

    /// <summary>How many nodes and regions lie directly in it: one run of it is over when so many have been closed.</summary>
    public int Units { get; set; }

    /// <summary>Cycles: the edges that leave it and are settled when it has ended. Arrivals: those that can be closed when it is.</summary>
    public List<GraphEdge> Exits { get; } = [];
}
