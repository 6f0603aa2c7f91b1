namespace Actant.Graphs;

/// <summary>Tarjan's algorithm over forward edges, without recursion: graphs may have long chains.</summary>
internal static class StronglyConnected
{
    /// <summary>The components, targets before sources.</summary>
    public static List<List<GraphNode>> Components(IReadOnlyCollection<GraphNode> nodes)
    {
        var search = new Search(nodes);
        foreach (var node in nodes)
        {
            search.From(node);
        }

        return search.Components;
    }

    /// <summary>Sources before targets; what has no edge between it keeps the definition's order where possible.</summary>
    public static IEnumerable<GraphNode> TopologicalOrder(IEnumerable<GraphNode> nodes) =>
        Components([.. nodes.Reverse()]).SelectMany(component => component).Reverse();

    private sealed class Search(IReadOnlyCollection<GraphNode> nodes)
    {
        private readonly HashSet<GraphNode> _inside = [.. nodes];
        private readonly Dictionary<GraphNode, int> _low = [];
        private readonly Dictionary<GraphNode, int> _order = [];
        private readonly Stack<GraphNode> _open = new();
        private readonly HashSet<GraphNode> _isOpen = [];

        public List<List<GraphNode>> Components { get; } = [];

        public void From(GraphNode root)
        {
            if (_order.ContainsKey(root))
            {
                return;
            }

            var path = new Stack<(GraphNode Node, int Edge)>();
            Enter(root);
            path.Push((root, 0));
            while (path.TryPop(out var step))
            {
                if (step.Edge < step.Node.OutgoingEdges.Count)
                {
                    path.Push((step.Node, step.Edge + 1));
                    Follow(step.Node, step.Node.OutgoingEdges[step.Edge], path);
                    continue;
                }

                Leave(step.Node);
                if (path.TryPeek(out var parent))
                {
                    _low[parent.Node] = Math.Min(_low[parent.Node], _low[step.Node]);
                }
            }
        }

        private void Follow(GraphNode node, GraphEdge edge, Stack<(GraphNode Node, int Edge)> path)
        {
            if (edge.IsBack || edge.To is not { } target || !_inside.Contains(target))
            {
                return;
            }

            if (!_order.TryGetValue(target, out var order))
            {
                Enter(target);
                path.Push((target, 0));
            }
            else if (_isOpen.Contains(target))
            {
                _low[node] = Math.Min(_low[node], order);
            }
        }

        private void Enter(GraphNode node)
        {
            _order[node] = _low[node] = _order.Count;
            _open.Push(node);
            _isOpen.Add(node);
        }

        private void Leave(GraphNode node)
        {
            if (_low[node] != _order[node])
            {
                return;
            }

            var component = new List<GraphNode>();
            GraphNode member;
            do
            {
                member = _open.Pop();
                _isOpen.Remove(member);
                component.Add(member);
            }
            while (member != node);
            Components.Add(component);
        }
    }
}
