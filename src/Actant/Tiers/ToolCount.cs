using Actant.Definitions;

namespace Actant.Tiers;

/// <summary>How many tools definitions use.</summary>
internal static class ToolCount
{
    /// <summary>The first, of a definition and the agents that its tools stand for, whose nodes name more different tools than allowed.</summary>
    public static (Definition Definition, int Tools)? FindOver(Definition definition, GraphDefinition graph, int most)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Add(graph, names);
        if (names.Count > most)
        {
            return (definition, names.Count);
        }

        // Linked agents form no circle: linking refuses one.
        return definition.Agents.Values.Select(inner => FindOver(inner, inner.Graph, most)).FirstOrDefault(static over => over is not null);
    }

    private static void Add(GraphDefinition graph, HashSet<string> names)
    {
        foreach (var node in graph.Nodes)
        {
            names.UnionWith(node.Tools);
            if (node.Tool is { } tool)
            {
                names.Add(tool);
            }

            if (node.Graph is { } nested)
            {
                Add(nested, names);
            }
        }
    }
}
