using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>
/// The rules of "when a node runs", said once more and naively: everything is worked out again from the list of ended
/// activations, each question by asking those that it depends on. Nothing is counted and nothing is carried over.
/// </summary>
/// <remarks>A context is the text of the numbers of the parts around something: <c>""</c>, <c>"2"</c>, <c>"2.1"</c>.</remarks>
public sealed class ReferenceModel(GraphDefinition definition, ReferenceShape shape) : IGraphSteps
{
    private readonly Dictionary<string, int> _ends = [];
    private readonly List<IReadOnlyCollection<int>> _live = [];
    private readonly HashSet<string> _known = [];
    private readonly Dictionary<(int Node, string Context), bool?> _entered = [];
    private readonly Dictionary<(ReferenceShape.Part Part, string Context), int> _runs = [];
    private readonly Dictionary<(ReferenceShape.Part Part, string Context), bool> _over = [];
    private bool _hasOutput;
    private bool _limitReached;

    public string? Outcome =>
        _limitReached ? "cycle_limit" : _known.Count > _ends.Count ? null : _hasOutput ? "completed" : "graph_stalled";

    public IReadOnlyList<string> Begin() => StartNew();

    public IReadOnlyList<string> Finish(string name, IReadOnlyCollection<int> live, bool succeeded)
    {
        _ends.Add(name, _ends.Count);
        _live.Add(live);
        _hasOutput |= succeeded && IsOutput(definition.Nodes.Index().First(n => n.Item.Name == name.Split('#')[0]).Index);
        return StartNew();
    }

    private bool IsOutput(int node) =>
        shape.Nodes.Exists(n => definition.Nodes[n].IsOutput)
            ? definition.Nodes[node].IsOutput
            : shape.Edges.TrueForAll(e => e.From != node || e.To < 0 || definition.Edges[e.Index].Type == EdgeType.Error)
              || shape.Edges.Exists(e => e.From == node && e.To < 0);

    private List<string> StartNew()
    {
        _entered.Clear();
        _runs.Clear();
        _over.Clear();
        var started = new List<string>();
        Collect(ReferenceShape.Whole, "", started);
        return started.FindAll(_known.Add);
    }

    /// <summary>Everything that has started in one run of a part.</summary>
    private void Collect(ReferenceShape.Part part, string context, List<string> started)
    {
        started.AddRange(shape.NodesIn[part].Where(node => HasStarted(node, context)).Select(node => Name(node, context)));
        foreach (var inner in shape.PartsIn[part])
        {
            for (var run = 1; run <= Runs(inner, context); run++)
            {
                Collect(inner, Inside(context, run), started);
            }

            if (inner.IsCycle && Runs(inner, context) is > 0 and var last && WantsNext(inner, Inside(context, last)))
            {
                _limitReached = true;
            }
        }
    }

    private bool HasStarted(int node, string context) => IsInItsOwnPart(node) || Entered(node, context) == true;

    /// <summary>Ended or skipped.</summary>
    private bool IsSettled(int node, string context) =>
        _ends.ContainsKey(Name(node, context)) || (!IsInItsOwnPart(node) && Entered(node, context) == false);

    /// <summary>
    /// A node that joins all, or a cycle by its head: <c>null</c> until all edges are settled, then whether one is live. The head
    /// of a numbered part has been entered wherever it has a number.
    /// </summary>
    private bool? Entered(int node, string context)
    {
        if (shape.IsNumbered(node))
        {
            return true;
        }

        if (_entered.TryGetValue((node, context), out var known))
        {
            return known;
        }

        var edges = shape.Forward[node].ConvertAll(edge => Settled(edge, context, shape.PartsOf[node].Count(part => part.Head != node)));
        return _entered[(node, context)] =
            edges.TrueForAll(edge => edge.IsClosed) ? edges.Exists(edge => edge.Times.Count > 0) : null;
    }

    /// <summary>How often a part has begun to run in a context.</summary>
    private int Runs(ReferenceShape.Part part, string context)
    {
        if (_runs.TryGetValue((part, context), out var runs))
        {
            return runs;
        }

        if (!part.IsCycle)
        {
            runs = Arrivals(part, context).Count;
        }
        else if (Entered(part.Head, context) == true)
        {
            for (runs = 1; runs < definition.Nodes[part.Head].MaxIterations && WantsNext(part, Inside(context, runs)); runs++)
            {
            }
        }

        return _runs[(part, context)] = runs;
    }

    /// <summary>Whether nothing of this iteration runs any more and one of its edges back is live.</summary>
    private bool WantsNext(ReferenceShape.Part cycle, string iteration) =>
        IsRunOver(cycle, iteration)
        && shape.Back[cycle.Head].Exists(edge => Settled(edge, iteration, shape.PartsOf[cycle.Head].Count).Times.Count > 0);

    /// <summary>Whether everything in one run of a part has ended or was skipped.</summary>
    private bool IsRunOver(ReferenceShape.Part part, string run) =>
        shape.NodesIn[part].TrueForAll(node => IsSettled(node, run)) && shape.PartsIn[part].TrueForAll(inner => IsOver(inner, run));

    private bool IsOver(ReferenceShape.Part part, string context)
    {
        if (_over.TryGetValue((part, context), out var over))
        {
            return over;
        }

        var runs = Runs(part, context);
        over = part.IsCycle
            ? runs == 0 ? Entered(part.Head, context) == false : IsRunOver(part, Inside(context, runs)) && !WantsNext(part, Inside(context, runs))
            : shape.Forward[part.Head].TrueForAll(edge => Settled(edge, context, Depth(part)).IsClosed)
              && Enumerable.Range(1, runs).All(run => IsRunOver(part, Inside(context, run)));
        return _over[(part, context)] = over;
    }

    /// <summary>The live edges of a <c>join: any</c> in the order in which they came.</summary>
    private List<(int Time, int Edge)> Arrivals(ReferenceShape.Part part, string context) =>
        [.. shape.Forward[part.Head].SelectMany(edge => Settled(edge, context, Depth(part)).Times.Select(time => (time, edge.Index))).Order()];

    /// <summary>
    /// What has come over an edge in a context of its target: when it was live, and whether nothing more will come. The parts
    /// around its source from <paramref name="depth"/> on are those that it leaves.
    /// </summary>
    private (List<int> Times, bool IsClosed) Settled(ReferenceShape.Edge edge, string context, int depth)
    {
        if (edge.From < 0)
        {
            return ([-1], true);
        }

        if (depth == shape.PartsOf[edge.From].Count)
        {
            return _ends.TryGetValue(Name(edge.From, context), out var end)
                ? (_live[end].Contains(edge.Index) ? [end] : [], true)
                : ([], IsSettled(edge.From, context));
        }

        var part = shape.PartsOf[edge.From][depth];
        var times = Enumerable.Range(1, Runs(part, context)).SelectMany(run => Settled(edge, Inside(context, run), depth + 1).Times).ToList();
        var isOver = IsOver(part, context);
        return part.IsCycle ? (isOver && times.Count > 0 ? [LastEndIn(part, context)] : [], isOver) : (times, isOver);
    }

    /// <summary>A cycle has ended when the last of its activations has.</summary>
    private int LastEndIn(ReferenceShape.Part cycle, string context)
    {
        var numbered = context.Length == 0 ? "#" : ".";
        return shape.Nodes.Where(node => shape.PartsOf[node].Contains(cycle))
            .SelectMany(node => _ends.Where(end => end.Key.StartsWith(Name(node, context) + numbered, StringComparison.Ordinal)))
            .Max(end => end.Value);
    }

    private int Depth(ReferenceShape.Part part) => shape.PartsOf[part.Head].IndexOf(part);

    private bool IsInItsOwnPart(int node) => shape.PartsOf[node] is [.., var last] && last.Head == node;

    private string Name(int node, string context) => context.Length == 0 ? definition.Nodes[node].Name : $"{definition.Nodes[node].Name}#{context}";

    private static string Inside(string context, int number) => context.Length == 0 ? $"{number}" : $"{context}.{number}";
}
