using System.Text.Json;
using Actant.Definitions;

namespace Actant.Validation;

/// <summary>A graph and where its document says so.</summary>
internal sealed class GraphSite
{
    private readonly Dictionary<string, NodeSite> _byName = [];
    private readonly JsonElement[] _edges;

    public GraphSite(GraphDefinition graph, string path, JsonElement element, JsonElement root, int nesting)
    {
        _edges = ItemsOf(element, "edges");
        Graph = graph;
        Path = path;
        Nesting = nesting;
        var isSimple = path == "$" && root.ValueKind == JsonValueKind.Object && SimpleFormReader.IsSimpleForm(root) && graph.Nodes.Count == 1;
        var list = ItemsOf(element, "nodes");
        Nodes = [.. graph.Nodes.Select((node, index) => isSimple
            ? new NodeSite(node, "$", root, root)
            : new NodeSite(node, JsonPath.Item($"{path}.nodes", index), index < list.Length ? list[index] : default, root))];
        foreach (var node in Nodes)
        {
            _byName.TryAdd(node.Node.Name, node);
        }
    }

    public GraphDefinition Graph { get; }

    public string Path { get; }

    /// <summary>0 for the agent's own graph.</summary>
    public int Nesting { get; }

    public IReadOnlyList<NodeSite> Nodes { get; }

    public IEnumerable<string> Names => _byName.Keys;

    public NodeSite? Find(string name) => name.Length == 0 ? null : _byName.GetValueOrDefault(name);

    public string EdgePath(int index) => JsonPath.Item($"{Path}.edges", index);

    /// <summary>An end of an edge, under whichever name the document gives it.</summary>
    public string EdgeField(int index, string name, string alias) =>
        index < _edges.Length && _edges[index] is { ValueKind: JsonValueKind.Object } edge
        && !edge.TryGetProperty(name, out _) && edge.TryGetProperty(alias, out _)
            ? $"{EdgePath(index)}.{alias}"
            : $"{EdgePath(index)}.{name}";

    private static JsonElement[] ItemsOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];
}
