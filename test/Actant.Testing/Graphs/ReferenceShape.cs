using System.Numerics;
using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>
/// The cycles and numbered parts of a graph of at most 64 nodes, found by dominance: a node dominates those that no path from
/// the beginning reaches without it. An edge back is one to a node that dominates its source; a numbered part is what its
/// <c>join: any</c> node dominates, as far as the cycles around that node reach.
/// </summary>
public sealed class ReferenceShape
{
    /// <summary>What is around everything.</summary>
    public static readonly Part Whole = new(false, -1);

    private readonly GraphDefinition _definition;
    private readonly ulong[] _dominated;
    private readonly ulong[] _members;
    private readonly ulong[] _cycles;

    public ReferenceShape(GraphDefinition definition)
    {
        _definition = definition;
        var places = definition.Nodes.Index().ToDictionary(node => node.Item.Name, node => node.Index);
        int Place(string name) => places.GetValueOrDefault(name, -1);
        var called = definition.Edges.Where(e => e.Type == EdgeType.Orchestration).Select(e => Place(e.To)).ToHashSet();
        Edges = [.. definition.Edges.Index()
            .Where(e => e.Item.Type != EdgeType.Orchestration)
            .Select(e => new Edge(e.Index, Place(e.Item.From), Place(e.Item.To)))];
        Nodes = [.. Enumerable.Range(0, definition.Nodes.Count).Where(n => !called.Contains(n) || Edges.Exists(e => e.From == n || e.To == n))];
        var sources = Nodes.FindAll(n => !Edges.Exists(e => e.To == n));
        if (!Edges.Exists(e => e.From < 0))
        {
            Edges.AddRange(sources.Select(n => new Edge(-1, -1, n)));
        }

        var roots = Bits(sources) | Bits(Edges.Where(e => e.From < 0 && e.To >= 0).Select(e => e.To));
        var next = new ulong[definition.Nodes.Count];
        var previous = new ulong[definition.Nodes.Count];
        foreach (var edge in Edges.Where(e => e is { From: >= 0, To: >= 0 }))
        {
            next[edge.From] |= 1UL << edge.To;
            previous[edge.To] |= 1UL << edge.From;
        }

        _dominated = [.. definition.Nodes.Index().Select(n => Bits(Nodes) & ~Reach(roots & ~(1UL << n.Index), next, 1UL << n.Index))];
        IsReached = Reach(roots, next, 0) == Bits(Nodes);
        var forward = Edges.Where(e => !IsBack(e)).ToLookup(e => e.To);
        var back = Edges.Where(IsBack).ToLookup(e => e.To);
        Forward = [.. definition.Nodes.Index().Select(n => forward[n.Index].ToList())];
        Back = [.. definition.Nodes.Index().Select(n => back[n.Index].ToList())];
        _members = [.. Back.Select((edges, n) => edges.Count > 0 ? Reach(Bits(edges.Select(e => e.From)), previous, 1UL << n) | (1UL << n) : 0)];
        _cycles = [.. definition.Nodes.Index().Select(n => Bits(Nodes.Where(head => (_members[head] >> n.Index & 1) != 0)))];
    }

    /// <summary>The places of the nodes over which work flows.</summary>
    public List<int> Nodes { get; }

    public List<Edge> Edges { get; }

    /// <summary>For each node, the parts around it, outermost first.</summary>
    public IReadOnlyList<List<Part>> PartsOf => field ??= [.. _definition.Nodes.Select((_, n) => Parts(n))];

    /// <summary>For each node, the edges that come from before it.</summary>
    public IReadOnlyList<List<Edge>> Forward { get; }

    /// <summary>For each node, the edges that start the next iteration of its cycle.</summary>
    public IReadOnlyList<List<Edge>> Back { get; }

    /// <summary>The nodes directly in a part.</summary>
    public IReadOnlyDictionary<Part, List<int>> NodesIn =>
        field ??= AllParts.ToDictionary(part => part, part => Nodes.FindAll(n => PartsOf[n].LastOrDefault(Whole) == part));

    /// <summary>The parts directly in a part.</summary>
    public IReadOnlyDictionary<Part, List<Part>> PartsIn =>
        field ??= AllParts.ToDictionary(part => part, part => AllParts.FindAll(inner => inner != Whole && Around(inner) == part));

    /// <summary>Whether the rules of the specification allow this graph.</summary>
    public bool IsValid =>
        Edges.Exists(e => e.From < 0) && IsReached && !HasForwardCycle()
        && Nodes.TrueForAll(n => _members[n] == 0 || _definition.Nodes[n].MaxIterations is not null)
        && !Nodes.Exists(IsMixed);

    private bool IsReached { get; }

    private List<Part> AllParts => field ??= [.. PartsOf.SelectMany(parts => parts).Prepend(Whole).Distinct()];

    public bool IsNumbered(int node) => _definition.Nodes[node].Join == Join.Any && Forward[node].Count > 1;

    private bool IsBack(Edge edge) => edge is { From: >= 0, To: >= 0 } && Dominates(edge.To, edge.From);

    private bool Dominates(int node, int other) => (_dominated[node] >> other & 1) != 0;

    private Part Around(Part part) => PartsOf[part.Head].TakeWhile(other => other != part).LastOrDefault(Whole);

    private List<Part> Parts(int node) =>
        [.. Nodes.Where(head => Dominates(head, node))
            .OrderByDescending(head => BitOperations.PopCount(_dominated[head]))
            .SelectMany(head => new[] { new Part(false, head), new Part(true, head) })
            .Where(part => part.IsCycle ? (_members[part.Head] >> node & 1) != 0 : IsNumbered(part.Head) && ReachesTo(part.Head, node))];

    /// <summary>Whether a target lies in all cycles around the head of a numbered part.</summary>
    private bool ReachesTo(int head, int target) =>
        (_cycles[head] & ~(1UL << head) & ~_cycles[target]) == 0;

    private bool IsMixed(int node) =>
        Forward[node].Count > 1 && !IsNumbered(node)
        && Nodes.Exists(head => IsNumbered(head) && ReachesTo(head, node)
            && Forward[node].Select(e => e.From >= 0 && Dominates(head, e.From) && ReachesTo(head, e.From)).Distinct().Count() > 1);

    private bool HasForwardCycle()
    {
        var left = Nodes.ToHashSet();
        while (left.RemoveWhere(n => !Forward[n].Exists(e => left.Contains(e.From))) > 0)
        {
        }

        return left.Count > 0;
    }

    private static ulong Bits(IEnumerable<int> nodes) => nodes.Aggregate(0UL, (bits, node) => bits | (1UL << node));

    private static ulong Reach(ulong from, ulong[] next, ulong without)
    {
        var reached = from & ~without;
        for (var open = reached; open != 0;)
        {
            var found = next[BitOperations.TrailingZeroCount(open)] & ~without & ~reached;
            reached |= found;
            open = (open & (open - 1)) | found;
        }

        return reached;
    }

    /// <summary>An edge; -1 stands for the beginning and the end.</summary>
    public sealed record Edge(int Index, int From, int To);

    /// <summary>A cycle or the numbered part of a <c>join: any</c> node.</summary>
    public sealed record Part(bool IsCycle, int Head);
}
