using Actant.Definitions;

namespace Actant.Graphs;

/// <summary>
/// Finds the cycles and the numbered parts of a graph, or what is wrong with them.
/// </summary>
/// <remarks>
/// 1. Edges are put in place; edges to unknown nodes are left out (the validator has named them).
/// 2. Cycles are the strongly connected components; inside one, without the edges back to its head, again.
/// 3. In topological order each node inherits the regions of its sources: cut at cycles that it is not in, equal for
///    <c>join: all</c>, the common beginning for <c>join: any</c>, which then opens a region of its own.
/// 4. Each edge learns what it leaves.
/// </remarks>
internal sealed class GraphAnalysis
{
    /// <summary>Each level is a pass over the graph and a frame of the stack.</summary>
    private const int MaxNesting = 64;

    private readonly GraphDefinition _definition;
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphEdge> _edges = [];
    private readonly List<DefinitionProblem> _problems = [];
    private readonly Dictionary<GraphNode, List<GraphNode>> _cycleHeads = [];
    private readonly List<Region> _regions = [];

    public GraphAnalysis(GraphDefinition definition)
    {
        _definition = definition;
        Place();
        FindCycles([.. _nodes.Where(node => node.IsInFlow)], around: 0);
        if (_problems.Count == 0)
        {
            NumberRegions();
        }
    }

    public IReadOnlyList<DefinitionProblem> Problems => _problems;

    /// <summary>Whether a node gives the output. Without one an execution can only end as stalled.</summary>
    public bool HasOutput => _nodes.Exists(static node => node.IsOutput);

    /// <summary>What is wrong with the structure of a graph, with paths below <c>$</c>.</summary>
    public static IReadOnlyList<DefinitionProblem> Check(GraphDefinition definition) => new GraphAnalysis(definition).Problems;

    public Graph Build()
    {
        foreach (var node in _nodes.Where(node => node.IsInFlow))
        {
            if (node.Home is { } home)
            {
                home.Units++;
            }
        }

        foreach (var region in _regions)
        {
            if (region.Parent is { } parent)
            {
                parent.Units++;
            }
        }

        foreach (var edge in _edges)
        {
            LearnExit(edge);
        }

        return new Graph(_definition, _nodes, _edges);
    }

    private void Place()
    {
        var byName = new Dictionary<string, GraphNode>(StringComparer.Ordinal);
        foreach (var (index, definition) in _definition.Nodes.Index())
        {
            var node = new GraphNode { Index = index, Definition = definition };
            _nodes.Add(node);
            byName.TryAdd(definition.Name, node);
        }

        var called = new HashSet<GraphNode>();
        foreach (var (index, edge) in _definition.Edges.Index())
        {
            var from = byName.GetValueOrDefault(edge.From);
            var to = byName.GetValueOrDefault(edge.To);
            if (edge.Type == EdgeType.Orchestration)
            {
                if (from is not null && to is not null)
                {
                    from.SpecialistNodes.Add(to);
                    called.Add(to);
                }
            }
            else if ((from is not null || edge.From == EdgeDefinition.Start) && (to is not null || edge.To == EdgeDefinition.End))
            {
                Connect(new GraphEdge { Index = index, From = from, To = to, Type = edge.Type, Condition = edge.Condition });
            }
        }

        foreach (var node in _nodes)
        {
            node.IsInFlow |= !called.Contains(node);
        }

        MarkEntriesAndOutputs();
    }

    private void Connect(GraphEdge edge)
    {
        _edges.Add(edge);
        if (edge.From is { } from)
        {
            from.OutgoingEdges.Add(edge);
            from.IsInFlow = true;
        }

        if (edge.To is { } to)
        {
            to.IncomingEdges.Add(edge);
            to.IsInFlow = true;
        }
    }

    private void MarkEntriesAndOutputs()
    {
        if (!_edges.Exists(edge => edge.From is null))
        {
            foreach (var node in _nodes.Where(node => node.IsInFlow && node.IncomingEdges.Count == 0))
            {
                Connect(new GraphEdge { Index = -1, From = null, To = node, Type = EdgeType.Direct });
            }
        }

        if (!_edges.Exists(edge => edge.From is null))
        {
            Problem("$.edges", "no_entry", "Every node has an incoming edge, so none can start. Add an edge from `start` to the first node.");
        }

        var marked = _nodes.Exists(node => node is { IsInFlow: true, Definition.IsOutput: true });
        foreach (var node in _nodes.Where(node => node.IsInFlow))
        {
            node.IsOutput = marked
                ? node.Definition.IsOutput
                : node.Outgoing.All(edge => edge.Type == EdgeType.Error) || node.Outgoing.Any(edge => edge.To is null);
        }
    }

    private void FindCycles(List<GraphNode> nodes, int around)
    {
        foreach (var component in StronglyConnected.Components(nodes))
        {
            if (component.Count == 1 && !component[0].OutgoingEdges.Exists(edge => !edge.IsBack && edge.To == component[0]))
            {
                continue;
            }

            var inside = component.ToHashSet();
            var heads = component
                .Where(node => node.IncomingEdges.Exists(edge => !edge.IsBack && (edge.From is null || !inside.Contains(edge.From))))
                .OrderBy(node => node.Index)
                .ToList();
            if (heads.Count != 1)
            {
                RefuseHeads(component, heads);
                continue;
            }

            var head = heads[0];
            if (head.Definition.MaxIterations is null)
            {
                Problem(
                    $"$.nodes[{head.Index}]",
                    "cycle_without_limit",
                    $"The cycle {Names(component)} has no limit. Set `max_iterations` on its first node `{head.Name}`.");
            }

            if (around == MaxNesting)
            {
                Problem(
                    $"$.nodes[{head.Index}]",
                    "cycle_too_deep",
                    $"The cycle of `{head.Name}` lies in {MaxNesting} others. Put inner cycles into a node of type `graph`.");
                continue;
            }

            _cycleHeads[head] = component;
            foreach (var edge in head.IncomingEdges.Where(edge => edge.From is not null && inside.Contains(edge.From)))
            {
                edge.IsBack = true;
            }

            FindCycles(component, around + 1);
        }
    }

    private void RefuseHeads(List<GraphNode> component, List<GraphNode> heads)
    {
        if (heads.Count == 0)
        {
            Problem(
                $"$.nodes[{component.Min(node => node.Index)}]",
                "unreachable_cycle",
                $"Nothing leads into the cycle {Names(component)}. Add an edge to it, or from `start`.");
        }
        else
        {
            Problem(
                $"$.nodes[{heads[1].Index}]",
                "cycle_with_two_entries",
                $"The cycle {Names(component)} is entered through {Names(heads)}. Let edges from outside lead to one of them only.");
        }
    }

    private void NumberRegions()
    {
        var cyclesOf = _nodes.ToDictionary(node => node, _ => new HashSet<GraphNode>());
        foreach (var (head, members) in _cycleHeads)
        {
            members.ForEach(member => cyclesOf[member].Add(head));
        }

        foreach (var node in StronglyConnected.TopologicalOrder(_nodes.Where(node => node.IsInFlow)))
        {
            var forward = node.IncomingEdges.Where(edge => !edge.IsBack).ToList();
            var chains = forward.ConvertAll(edge => Export(edge.From, cyclesOf[node]));
            node.ForwardCount = forward.Count;
            var around = CommonBeginning(chains);
            if (node.Definition.Join == Join.Any && forward.Count > 1)
            {
                around = node.Arrivals = Open(RegionKind.Arrivals, node, around);
            }
            else if (chains.Exists(chain => chain.Count != chains[0].Count || chain.LastOrDefault() != chains[0].LastOrDefault()))
            {
                Problem(
                    $"$.nodes[{node.Index}]",
                    "join_all_mixed",
                    $"`{node.Name}` joins all of {Names(forward.Where(e => e.From is not null).Select(e => e.From!))}, but some of them run once for each arrival at a `join: any` and others do not. Use `join: any` here, or join before that node.");
            }

            if (_cycleHeads.ContainsKey(node))
            {
                around = node.Cycle = Open(RegionKind.Cycle, node, around);
            }

            node.Home = around;
        }
    }

    private Region Open(RegionKind kind, GraphNode head, Region? around)
    {
        var region = new Region(kind, head.Index, around, head.Definition.MaxIterations ?? 0);
        _regions.Add(region);
        return region;
    }

    /// <summary>The regions around a source that are still around a target which lies in the given cycles.</summary>
    private List<Region> Export(GraphNode? source, HashSet<GraphNode> cyclesOfTarget) =>
        [.. Chain(source?.Home).TakeWhile(region => region.Kind != RegionKind.Cycle || cyclesOfTarget.Contains(_nodes[region.Head]))];

    private static List<Region> Chain(Region? innermost)
    {
        var chain = new List<Region>();
        for (var region = innermost; region is not null; region = region.Parent)
        {
            chain.Add(region);
        }

        chain.Reverse();
        return chain;
    }

    private static Region? CommonBeginning(List<List<Region>> chains)
    {
        Region? common = null;
        for (var i = 0; chains.Count > 0 && chains.TrueForAll(chain => i < chain.Count && chain[i] == chains[0][i]); i++)
        {
            common = chains[0][i];
        }

        return common;
    }

    private static void LearnExit(GraphEdge edge)
    {
        if (edge.IsBack || edge.To is not { } to)
        {
            return;
        }

        edge.Kept = Chain(to.Home).Count - (to.Cycle is null ? 0 : 1) - (to.Arrivals is null ? 0 : 1);
        var left = Chain(edge.From?.Home).Skip(edge.Kept).ToList();
        edge.LeavesCycle = left.Find(region => region.Kind == RegionKind.Cycle);
        edge.LeavesCycle?.Exits.Add(edge);
        if (left.Count > 0 && left[0].Kind == RegionKind.Arrivals)
        {
            edge.LeavesArrivals = left[0];
            left[0].Exits.Add(edge);
        }
    }

    private static string Names(IEnumerable<GraphNode> nodes) => string.Join(", ", nodes.OrderBy(node => node.Index).Select(node => $"`{node.Name}`"));

    private void Problem(string path, string code, string message) => _problems.Add(new DefinitionProblem(path, code, message));
}
