namespace Actant.Graphs;

internal enum RegionKind
{
    /// <summary>A cycle; numbered by iteration.</summary>
    Cycle,

    /// <summary>A node with <c>join: any</c> and what follows it alone; numbered by arrival.</summary>
    Arrivals,
}
