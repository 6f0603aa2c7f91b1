using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>Makes valid graphs; the same seed makes the same graph. Small ones are more frequent than large ones.</summary>
public sealed class GraphGenerator
{
    public const int MaxNodes = 60;

    private readonly Random _random;
    private readonly Func<GraphDefinition, bool> _isValid;
    private readonly List<NodeDefinition> _nodes = [];
    private readonly List<EdgeDefinition> _edges = [];
    private readonly int _depth;
    private readonly int _wide;
    private readonly int _loops;

    private GraphGenerator(Random random, Func<GraphDefinition, bool> isValid, int depth)
    {
        _random = random;
        _isValid = isValid;
        _depth = depth;
        _wide = random.Next(100);
        _loops = random.Next(45);
    }

    /// <summary>Makes the graph of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="isValid">Whether a definition may be run; candidates that may not are left out.</param>
    public static GraphDefinition Generate(int seed, Func<GraphDefinition, bool> isValid)
    {
        var random = new Random(seed);
        return new GraphGenerator(random, isValid, 0).Generate(1 + (int)((MaxNodes - 1) * Math.Pow(random.NextDouble(), 2.5)));
    }

    private GraphDefinition Generate(int size)
    {
        if (Chance(60))
        {
            Compose(size);
            if (Chance(50) || !_isValid(Definition()))
            {
                _edges.Add(new EdgeDefinition(EdgeDefinition.Start, _nodes[0].Name, EdgeType.Direct));
            }

            TryEdges(_random.Next((_nodes.Count / 2) + 2), backwards: 30);
        }
        else
        {
            for (var i = 0; i < size; i++)
            {
                Node(Chance(35) ? Join.Any : Join.All);
            }

            TryEdges(_random.Next((5 * size / 2) + 1), backwards: 15);
        }

        TryJoins();
        if (_nodes.Count < MaxNodes && Chance(5))
        {
            var caller = _nodes[_random.Next(_nodes.Count)].Name;
            _edges.Add(new EdgeDefinition(caller, _nodes[Node(Join.All)].Name, EdgeType.Orchestration));
        }

        return Definition();
    }

    private GraphDefinition Definition() => new() { Nodes = [.. _nodes], Edges = [.. _edges] };

    /// <summary>A part with one way in and one way out, of at most so many nodes but at least one.</summary>
    private Part Compose(int size)
    {
        if (size <= 1)
        {
            var leaf = Node();
            return new Part(leaf, leaf, false);
        }

        return (_random.Next(100) - _loops) switch
        {
            < 0 when size >= 3 => Loop(size),
            < 35 when size >= 4 => Diamond(size),
            < 42 when size >= 3 => Handled(size),
            _ => Sequence(size),
        };
    }

    private Part Sequence(int size)
    {
        var before = _nodes.Count;
        var first = Compose(_random.Next(1, size));
        var second = Compose(size - (_nodes.Count - before));
        Edge(first.Last, second.First);
        return new Part(first.First, second.Last, first.IsNumbered || second.IsNumbered);
    }

    private Part Diamond(int size)
    {
        var split = Node();
        var isWide = Chance(_wide);
        var branches = Math.Min(size - 2, _random.Next(2, 4));
        var parts = new List<Part>();
        for (var i = 0; i < branches; i++)
        {
            var part = Compose((size - 2) / branches);
            Edge(split, part.First, isWide);
            parts.Add(part);
        }

        var join = Node(isWide || Chance(20) || parts.Exists(part => part.IsNumbered) ? Join.Any : Join.All);
        parts.ForEach(part => Edge(part.Last, join, isWide));
        if (Chance(25))
        {
            Edge(split, join);
        }

        return new Part(split, join, _nodes[join].Join == Join.Any);
    }

    private Part Loop(int size)
    {
        var head = Node();
        var last = head;
        if (Chance(80))
        {
            var body = Compose(size - 2);
            Edge(head, body.First);
            last = body.Last;
        }

        _edges.Add(new EdgeDefinition(_nodes[last].Name, _nodes[head].Name, Chance(97) ? EdgeType.Conditional : EdgeType.Direct, "true"));
        var end = _nodes.Count;
        var after = Node(Chance(30) ? Join.Any : Join.All);
        var exits = _random.Next(1, 4);
        Edge(last, after);
        for (var i = 1; i < exits; i++)
        {
            Edge(_random.Next(head, end), after);
        }

        return new Part(head, after, exits > 1 && _nodes[after].Join == Join.Any);
    }

    private Part Handled(int size)
    {
        var risky = Node(strategy: ErrorStrategy.Fallback);
        var handler = Compose(size - 2);
        var after = Node(handler.IsNumbered ? Join.Any : Join.All);
        _edges.Add(new EdgeDefinition(_nodes[risky].Name, _nodes[handler.First].Name, EdgeType.Error));
        Edge(risky, after);
        Edge(handler.Last, after);
        return new Part(risky, after, handler.IsNumbered);
    }

    private void TryEdges(int count, int backwards)
    {
        for (var i = 0; i < count; i++)
        {
            var from = _random.Next(Chance(10) ? -1 : 0, _nodes.Count);
            var to = _random.Next(Chance(3) ? -1 : 0, _nodes.Count);
            if ((from > to) != Chance(backwards) && to >= 0)
            {
                (from, to) = (to, from);
            }

            var edge = Edge(from, to < 0 && from < 0 ? 0 : to);
            if (!_isValid(Definition()))
            {
                _edges.RemoveAt(edge);
            }
        }
    }

    private void TryJoins()
    {
        for (var i = 0; i < 3; i++)
        {
            var node = _random.Next(_nodes.Count);
            var before = _nodes[node];
            _nodes[node] = before with { Join = before.Join == Join.Any ? Join.All : Join.Any };
            if (!_isValid(Definition()))
            {
                _nodes[node] = before;
            }
        }
    }

    private int Edge(int from, int to, bool isDirect = false)
    {
        var type = from < 0 || isDirect || Chance(55) ? EdgeType.Direct : Chance(85) ? EdgeType.Conditional : EdgeType.Error;
        _edges.Add(new EdgeDefinition(
            from < 0 ? EdgeDefinition.Start : _nodes[from].Name,
            to < 0 ? EdgeDefinition.End : _nodes[to].Name,
            type,
            type == EdgeType.Conditional ? "true" : null));
        return _edges.Count - 1;
    }

    private int Node(Join join = Join.All, ErrorStrategy? strategy = null)
    {
        var nested = _depth < 2 && Chance(4);
        _nodes.Add(new NodeDefinition
        {
            Name = $"n{_nodes.Count}",
            Type = nested ? NodeType.Graph : NodeType.Transform,
            Join = join,
            IsOutput = Chance(2),
            MaxIterations = Chance(20) ? 1 : _random.Next(2, 7),
            OnError = new ErrorPolicy
            {
                Strategy = strategy ?? (ErrorStrategy)(Chance(15) ? 0 : _random.Next(1, 3)),
                MaxAttempts = _random.Next(1, 3),
            },
            Graph = nested ? new GraphGenerator(_random, _isValid, _depth + 1).Generate(_random.Next(1, 7)) : null,
        });
        return _nodes.Count - 1;
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private sealed record Part(int First, int Last, bool IsNumbered);
}
