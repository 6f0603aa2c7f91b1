using Actant.Definitions;

namespace Actant.Graphs;

/// <summary>
/// Decides what follows what in one run of one graph. Pure: told in order how activations ended, it says which start. Told the
/// same again after a crash, it says the same.
/// </summary>
/// <remarks>
/// <para>Work flows as tokens over edges. An edge is <i>settled</i> live or dead once in each context (the numbers of the
/// regions around it). A node that joins all waits for its last token; one that joins any opens a numbered run of its region
/// for every live one.</para>
/// <para>Regions end by counting. A region's run is over when each of its units (nodes and regions directly inside) has been
/// closed: it ran to its end or was skipped. Then a cycle starts its next iteration or settles its exits, and a region of
/// arrivals is over when all its runs are and no edge to its head is open.</para>
/// <para>Skips and ends of regions go through a queue, so that long chains need no stack.</para>
/// </remarks>
/// <param name="graph">The graph.</param>
internal sealed class StepPlanner(Graph graph)
{
    private readonly Dictionary<(GraphNode, Numbers), JoinState> _joins = [];
    private readonly Dictionary<(Region, Numbers), RegionState> _regions = [];
    private readonly Dictionary<(Region, Numbers), int> _openUnits = [];
    private readonly Queue<Action> _work = new();
    private readonly List<Activation> _started = [];
    private readonly Dictionary<string, Activation> _running = new(StringComparer.Ordinal);
    private bool _hasBegun;

    /// <summary>Whether nothing runs and nothing can start any more.</summary>
    public bool IsOver => _hasBegun && (_running.Count == 0 || Failure is not null);

    /// <summary>Whether an output node has run to a good end.</summary>
    public bool HasOutput { get; private set; }

    /// <summary>Why the graph itself failed: a cycle reached its limit.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The activations that have started and not ended.</summary>
    public IReadOnlyCollection<Activation> Running => _running.Values;

    /// <summary>Whether an activation has started and not ended.</summary>
    public bool IsRunning(Activation activation) => _running.ContainsKey(activation.Name);

    /// <summary>Begins: the entries start, and what nothing leads to is skipped, so that nothing waits for it.</summary>
    public IReadOnlyList<Activation> Begin()
    {
        _hasBegun = true;
        foreach (var node in graph.Nodes.Where(node => node is { IsInFlow: true, ForwardCount: 0 }))
        {
            _work.Enqueue(() => Skip(node, Numbers.None));
        }

        foreach (var entry in graph.Entries)
        {
            Deliver(entry, Numbers.None, live: true);
        }

        return Drain();
    }

    /// <summary>An activation has ended.</summary>
    /// <param name="activation">One that was started and has not ended.</param>
    /// <param name="live">The <see cref="GraphEdge.Index"/>es of its outgoing edges that are taken; all others are dead.</param>
    /// <param name="succeeded">Whether it counts as an output, if its node is one.</param>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public IReadOnlyList<Activation> Finish(Activation activation, IReadOnlyCollection<int> live, bool succeeded = true)
    {
        if (!_running.Remove(activation.Name))
        {
            throw new InvalidOperationException($"Activation `{activation}` is not running.");
        }

        HasOutput |= succeeded && activation.Node.IsOutput;
        var numbers = new Numbers(activation.Numbers);
        foreach (var edge in activation.Node.OutgoingEdges)
        {
            Settle(edge, numbers, live.Contains(edge.Index));
        }

        CloseUnit(activation.Node.Home, numbers);
        return Drain();
    }

    private List<Activation> Drain()
    {
        while (Failure is null && _work.TryDequeue(out var action))
        {
            action();
        }

        List<Activation> started = [.. _started];
        _started.Clear();
        return started;
    }

    private void Settle(GraphEdge edge, Numbers numbers, bool live)
    {
        if (edge.To is not { } to)
        {
            return;
        }

        if (edge.IsBack)
        {
            if (live)
            {
                State(to.Cycle!, numbers).GoingBack.Add(edge.From!);
            }
        }
        else if (edge.LeavesCycle is { } cycle)
        {
            if (live)
            {
                State(cycle, numbers).LiveExits.Add(edge);
            }
        }
        else
        {
            Cross(edge, numbers, live);
        }
    }

    /// <summary>Hands on a token that leaves no cycle any more.</summary>
    private void Cross(GraphEdge edge, Numbers numbers, bool live)
    {
        if (edge.LeavesArrivals is null)
        {
            Deliver(edge, numbers.Take(edge.Kept), live);
        }
        else if (live)
        {
            Arrive(edge.To!, numbers.Take(edge.Kept));
        }
    }

    /// <summary>The one token of this edge in this context.</summary>
    private void Deliver(GraphEdge edge, Numbers around, bool live)
    {
        if (edge.To is not { } to)
        {
            return;
        }

        if (to.Arrivals is { } arrivals)
        {
            if (live)
            {
                Arrive(to, around);
            }

            CloseSource(arrivals, around);
            return;
        }

        var join = _joins.TryGetValue((to, around), out var state) ? state : _joins[(to, around)] = new JoinState();
        join.IsLive |= live;
        if (++join.Settled == to.ForwardCount)
        {
            _joins.Remove((to, around));
            if (join.IsLive)
            {
                Enter(to, around);
            }
            else
            {
                _work.Enqueue(() => Skip(to, around));
            }
        }
    }

    private void Arrive(GraphNode node, Numbers around)
    {
        var state = State(node.Arrivals!, around);
        state.Number++;
        state.OpenRuns++;
        var inside = around.Add(state.Number);
        _openUnits[(node.Arrivals!, inside)] = node.Arrivals!.Units;
        Enter(node, inside);
    }

    private void Enter(GraphNode node, Numbers around)
    {
        if (node.Cycle is { } cycle)
        {
            State(cycle, around).Number = 1;
            around = around.Add(1);
            _openUnits[(cycle, around)] = cycle.Units;
        }

        Start(node, around);
    }

    private void Start(GraphNode node, Numbers numbers)
    {
        var activation = new Activation(node, numbers.ToArray());
        _running.Add(activation.Name, activation);
        _started.Add(activation);
    }

    private void Skip(GraphNode node, Numbers around)
    {
        if (node.Cycle is { } cycle)
        {
            CloseCycle(cycle, around);
            return;
        }

        foreach (var edge in node.OutgoingEdges)
        {
            Settle(edge, around, live: false);
        }

        CloseUnit(node.Home, around);
    }

    /// <summary>One node or region that lies directly in <paramref name="home"/> is over.</summary>
    private void CloseUnit(Region? home, Numbers numbers)
    {
        if (home is null)
        {
            return;
        }

        var run = numbers.Take(home.Depth + 1);
        if (--_openUnits.AsRef((home, run)) == 0)
        {
            _openUnits.Remove((home, run));
            _work.Enqueue(() => CloseRun(home, run));
        }
    }

    private void CloseRun(Region region, Numbers run)
    {
        var around = run.Take(region.Depth);
        var state = State(region, around);
        if (region.Kind == RegionKind.Arrivals)
        {
            state.OpenRuns--;
            CloseArrivalsIfOver(region, around, state);
        }
        else if (state.GoingBack.Count == 0)
        {
            CloseCycle(region, around);
        }
        else if (state.Number >= region.Limit && graph.Nodes[region.Head].Definition.OnLimit == CycleLimit.Leave)
        {
            foreach (var exit in state.GoingBack.SelectMany(node => WaysOut(node, region)).ToList())
            {
                State(exit.LeavesCycle!, run).LiveExits.Add(exit);
            }

            CloseCycle(region, around);
        }
        else if (state.Number >= region.Limit)
        {
            var head = graph.Nodes[region.Head];
            Failure = new Failure
            {
                Code = "cycle_limit",
                Message = $"The cycle of `{head.Name}` wanted iteration {state.Number + 1}, and its limit is {region.Limit}. Raise `max_iterations`, let the condition of its back edge become false earlier, or go on with what there is: `on_limit: leave`.",
                Where = head.Name,
            };
        }
        else
        {
            state.GoingBack.Clear();
            var next = around.Add(++state.Number);
            _openUnits[(region, next)] = region.Units;
            Start(graph.Nodes[region.Head], next);
        }
    }

    /// <summary>Where a node goes that may not go back once more; of a router's edges it is one, that for all other cases if there is one.</summary>
    private static IEnumerable<GraphEdge> WaysOut(GraphNode node, Region cycle)
    {
        var exits = node.OutgoingEdges.Where(edge => edge is { IsBack: false, Type: not EdgeType.Error, LeavesCycle: { } left } && left.Depth <= cycle.Depth);
        return node.Definition.Type == NodeType.Router ? exits.OrderBy(static edge => edge.Type == EdgeType.Conditional).Take(1) : exits;
    }

    private void CloseCycle(Region cycle, Numbers around)
    {
        _regions.Remove((cycle, around), out var state);
        foreach (var exit in cycle.Exits)
        {
            Cross(exit, around, state?.LiveExits.Contains(exit) ?? false);
        }

        CloseUnit(cycle.Parent, around);
    }

    private void CloseSource(Region arrivals, Numbers around)
    {
        var state = State(arrivals, around);
        state.ClosedSources++;
        CloseArrivalsIfOver(arrivals, around, state);
    }

    private void CloseArrivalsIfOver(Region arrivals, Numbers around, RegionState state)
    {
        if (state.OpenRuns > 0 || state.ClosedSources < graph.Nodes[arrivals.Head].ForwardCount)
        {
            return;
        }

        _regions.Remove((arrivals, around));
        _work.Enqueue(() =>
        {
            foreach (var exit in arrivals.Exits)
            {
                CloseSource(exit.To!.Arrivals!, around.Take(exit.Kept));
            }

            CloseUnit(arrivals.Parent, around);
        });
    }

    private RegionState State(Region region, Numbers numbers)
    {
        var key = (region, numbers.Take(region.Depth));
        return _regions.TryGetValue(key, out var state) ? state : _regions[key] = new RegionState();
    }

    private sealed class JoinState
    {
        public int Settled { get; set; }

        public bool IsLive { get; set; }
    }

    private sealed class RegionState
    {
        /// <summary>The current iteration, or the number of the last arrival.</summary>
        public int Number { get; set; }

        /// <summary>The nodes that want another iteration.</summary>
        public HashSet<GraphNode> GoingBack { get; } = [];

        public HashSet<GraphEdge> LiveExits { get; } = [];

        public int OpenRuns { get; set; }

        public int ClosedSources { get; set; }
    }
}
