using System.Text.Json;
using Actant.Agents;
using Actant.Definitions;
using Actant.Tools;

namespace Actant.Api;

/// <summary>Lists the tools that an agent's nodes may call, and those that its definition switches off.</summary>
internal static class AgentTools
{
    public static AgentToolsView Of(AgentRecord record, ToolRegistry registry)
    {
        var agent = record.Definition;
        var names = new List<string>();
        Collect(agent.Graph, names);
        var tools = names.Distinct(StringComparer.Ordinal).Select(name => new ToolView(name, Describe(agent, name, registry), Enabled: true)).ToList();
        tools.AddRange(SwitchedOff(agent)
            .Where(name => tools.TrueForAll(tool => tool.Name != name))
            .Select(name => new ToolView(name, Describe(agent, name, registry), Enabled: false)));
        return new AgentToolsView(record.Id, tools, tools.Count);
    }

    private static void Collect(GraphDefinition graph, List<string> names)
    {
        foreach (var node in graph.Nodes)
        {
            names.AddRange(node.Tools);
            if (node.Tool is not null)
            {
                names.Add(node.Tool);
            }

            if (node.Graph is not null)
            {
                Collect(node.Graph, names);
            }
        }
    }

    private static string Describe(AgentDefinition agent, string name, ToolRegistry registry)
    {
        var definition = agent.Tools.FirstOrDefault(tool => tool.Name == name);
        return definition is { Description.Length: > 0 } ? definition.Description
            : definition is not null && registry.TryBind(definition, out var bound, out _) ? bound.Description
            : registry.TryGet(name, out var tool) ? tool.Description
            : "";
    }

    // The simple form says `tools: {name: false}` and `custom_tools: {name: {enabled: false}}`.
    private static IEnumerable<string> SwitchedOff(AgentDefinition agent)
    {
        var off = Members(agent.Source, "tools").Where(tool => tool.Value.ValueKind == JsonValueKind.False);
        var customOff = Members(agent.Source, "custom_tools").Where(tool =>
            tool.Value.ValueKind == JsonValueKind.Object && tool.Value.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.False);
        return off.Concat(customOff).Select(tool => tool.Name);
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement source, string name) =>
        source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out var members) && members.ValueKind == JsonValueKind.Object
            ? members.EnumerateObject()
            : default;
}
