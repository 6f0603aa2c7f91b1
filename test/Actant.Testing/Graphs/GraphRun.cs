using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>
/// One run of a graph and its nested graphs: an oracle says which activation ends next and how. Two runs with the same oracle
/// that decide alike go through the same states.
/// </summary>
public sealed class GraphRun
{
    private readonly Func<GraphDefinition, IGraphSteps> _steps;
    private readonly OutcomeOracle _oracle;
    private readonly int _maxEnds;
    private readonly SortedDictionary<string, (Scope Scope, string Name, int Attempt)> _running = new(StringComparer.Ordinal);
    private readonly Scope _root;
    private readonly List<string> _activations = [];
    private int _ends;

    public GraphRun(GraphDefinition definition, Func<GraphDefinition, IGraphSteps> steps, OutcomeOracle oracle, int maxEnds)
    {
        _steps = steps;
        _oracle = oracle;
        _maxEnds = maxEnds;
        _root = new Scope(definition, steps(definition), null, "");
        Open(_root);
    }

    /// <summary>How the root graph ended, or <c>null</c>.</summary>
    public string? Outcome { get; private set; }

    /// <summary>What runs, by path.</summary>
    public IReadOnlyCollection<string> Running => _running.Keys;

    /// <summary>All that ever started, by path, in no order.</summary>
    public IReadOnlyList<string> Activations => [.. _activations.Order(StringComparer.Ordinal)];

    /// <summary>The state of the root graph.</summary>
    public string State => _root.StateText;

    /// <summary>One of the running activations ends, or fails and is tried again.</summary>
    public void Step()
    {
        var path = _running.Keys.ElementAt(_oracle.Pick($"next{_ends}", _running.Count));
        var (scope, name, attempt) = _running[path];
        _ends++;
        var fails = _oracle.Fails(path, attempt);
        if (fails && attempt < scope.Node(name).OnError.MaxAttempts)
        {
            _running[path] = (scope, name, attempt + 1);
            return;
        }

        _running.Remove(path);
        Finish(scope, name, fails, 1);
        if (Outcome is null && _ends >= _maxEnds)
        {
            Outcome = "recursion_limit";
        }
    }

    private void Open(Scope scope)
    {
        Start(scope, scope.Steps.Begin());
        CloseIfOver(scope);
    }

    private void Finish(Scope scope, string name, bool failed, int written)
    {
        var node = scope.Node(name);
        var strategy = node.OnError.Strategy;
        if (failed && strategy == ErrorStrategy.FailFast)
        {
            Close(scope, "node_failed");
            return;
        }

        var isGood = !failed || strategy == ErrorStrategy.Continue;
        scope.Write(name, failed, written);
        var live = scope.Definition.Edges.Index()
            .Where(edge => edge.Item.From == node.Name && edge.Item.Type switch
            {
                EdgeType.Direct => isGood,
                EdgeType.Conditional => isGood && _oracle.Holds(scope.Path + name, edge.Index, scope.Count),
                EdgeType.Error => !isGood,
                _ => false,
            })
            .Select(edge => edge.Index)
            .ToHashSet();
        Start(scope, scope.Steps.Finish(name, live, isGood));
        CloseIfOver(scope);
    }

    private void Start(Scope scope, IReadOnlyList<string> names)
    {
        _activations.AddRange(names.Select(name => scope.Path + name));
        foreach (var name in names.TakeWhile(_ => !scope.IsClosed))
        {
            if (scope.Node(name).Graph is { } nested)
            {
                Open(new Scope(nested, _steps(nested), (scope, name), $"{scope.Path}{name}/"));
            }
            else
            {
                _running.Add(scope.Path + name, (scope, name, 1));
            }
        }
    }

    private void CloseIfOver(Scope scope)
    {
        if (!scope.IsClosed && scope.Steps.Outcome is { } outcome)
        {
            Close(scope, outcome);
        }
    }

    private void Close(Scope scope, string outcome)
    {
        scope.IsClosed = true;
        foreach (var path in _running.Keys.Where(path => path.StartsWith(scope.Path, StringComparison.Ordinal)).ToList())
        {
            _running.Remove(path);
        }

        if (scope.Parent is var (parent, name))
        {
            Finish(parent, name, outcome != "completed", scope.Count);
        }
        else
        {
            Outcome = outcome;
        }
    }

    private sealed class Scope(GraphDefinition definition, IGraphSteps steps, (Scope Scope, string Name)? parent, string path)
    {
        private readonly List<string> _log = [];
        private string _last = "";

        public GraphDefinition Definition => definition;

        public IGraphSteps Steps => steps;

        public (Scope Scope, string Name)? Parent => parent;

        public string Path => path;

        public bool IsClosed { get; set; }

        public int Count { get; private set; }

        public string StateText => $"set {_last}, add {Count}, append {string.Join(' ', _log)}";

        public NodeDefinition Node(string activation) => definition.Nodes.First(node => node.Name == activation.Split('#')[0]);

        public void Write(string name, bool failed, int number)
        {
            _last = name;
            _log.Add(failed ? $"{name}!" : name);
            Count += number;
        }
    }
}
