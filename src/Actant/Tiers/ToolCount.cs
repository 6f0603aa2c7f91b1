using Actant.Definitions;

namespace Actant.Tiers;

/// <summary>How many tools agents use.</summary>
internal static class ToolCount
{
    /// <summary>The first agent, of an agent and those that its tools stand for, whose nodes name more different tools than allowed.</summary>
    public static (AgentDefinition Agent, int Tools)? FindOver(AgentDefinition agent, int most)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Add(agent.Graph, names);
        if (names.Count > most)
        {
            return (agent, names.Count);
        }

        // Linked agents form no circle: linking refuses one.
        return agent.Agents.Values.Select(inner => FindOver(inner, most)).FirstOrDefault(static over => over is not null);
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
