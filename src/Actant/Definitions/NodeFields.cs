namespace Actant.Definitions;

/// <summary>Which fields of a node belong to which types; fields that belong to all are not listed.</summary>
internal static class NodeFields
{
    private static readonly NodeType[] s_agents = [NodeType.Agent, NodeType.Orchestrator, NodeType.Specialist];

    private static readonly Dictionary<string, NodeType[]> s_types = new()
    {
        ["model"] = [.. s_agents, NodeType.Prompt],
        ["system_prompt"] = s_agents,
        ["sees"] = s_agents,
        ["tools"] = s_agents,
        ["max_turns"] = s_agents,
        ["on_cut"] = [.. s_agents, NodeType.Prompt],
        ["tool"] = [NodeType.Tool],
        ["arguments"] = [NodeType.Tool],
        ["template"] = [NodeType.Prompt, NodeType.Human],
        ["prompt"] = [NodeType.Prompt, NodeType.Human],
        ["response_schema"] = [NodeType.Human],
        ["writes"] = [.. s_agents, NodeType.Tool, NodeType.Prompt, NodeType.Human],
        ["set"] = [NodeType.Transform],
        ["graph"] = [NodeType.Graph],
        ["input"] = [NodeType.Graph],
        ["spawn"] = [NodeType.Graph],
        ["for_ms"] = [NodeType.Wait],
        ["until"] = [NodeType.Wait],
    };

    public static bool IsAgent(NodeType type) => s_agents.Contains(type);

    /// <summary>The fields that belong to this type and not to all.</summary>
    public static IEnumerable<string> Of(NodeType type) => s_types.Where(pair => pair.Value.Contains(type)).Select(static pair => pair.Key);

    /// <summary>Every field belongs to a type that could not be read.</summary>
    public static bool Belongs(string field, NodeType? type) => type is not { } known || s_types[field].Contains(known);

    /// <summary>Why the field is no use to this type; <c>null</c> if no type has it.</summary>
    public static string? WhyMisplaced(string field, NodeType type)
    {
        if (!s_types.TryGetValue(field, out var types))
        {
            return null;
        }

        var owners = string.Join(", ", types.Select(static owner => $"`{WireNames.Of(owner)}`"));
        return $"`{field}` belongs to nodes of type {owners}, not `{WireNames.Of(type)}`.";
    }
}
