using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads the simple form: one agent node, said in a few words.</summary>
internal static class SimpleFormReader
{
    public const string NodeName = "agent";

    private static readonly string[] s_fields = ["role", "instructions", "tools", "custom_tools", "max_turns", "on_cut"];

    public static bool IsSimpleForm(JsonElement document) =>
        !document.TryGetProperty("nodes", out _) && !document.TryGetProperty("edges", out _);

    /// <summary>For the graph form, which has no use for the simple one's fields.</summary>
    public static string? WhyMisplaced(string field) => s_fields.Contains(field)
        ? $"`{field}` belongs to the simple form, which has no `nodes`; write it on a node."
        : null;

    public static AgentDefinition Read(AgentDefinition agent, ModelDefinition? model, FieldReader fields)
    {
        var role = fields.Take("role")?.AsText();
        var instructions = fields.Take("instructions", "system_prompt")?.AsText();
        var toolsField = fields.Take("tools");
        var custom = ToolReader.ReadCustom(fields.Take("custom_tools")).ToList();
        var node = new NodeDefinition { Name = NodeName, Type = NodeType.Agent };
        node = node with
        {
            Description = agent.Description,
            Model = model,
            SystemPrompt = Compose(role, instructions),
            Tools = ReadTools(toolsField, custom),
            MaxTurns = fields.Take("max_turns")?.AsInteger() ?? node.MaxTurns,
            OnCut = fields.Take("on_cut")?.AsOneOf(WireNames.CutPolicies, "policy for cut answers") ?? default,
        };
        return agent with
        {
            Tools = [.. agent.Tools, .. custom.Where(static pair => pair.IsEnabled).Select(static pair => pair.Tool)],
            Graph = new GraphDefinition { Nodes = [node] },
        };
    }

    private static string? Compose(string? role, string? instructions) => (role, instructions) switch
    {
        (null, _) => instructions,
        (_, null) => $"Your role: {role}.",
        _ => $"Your role: {role}.\n\n{instructions}",
    };

    /// <summary>What <c>tools</c> names, then the custom tools that it does not name; without those that either switches off.</summary>
    private static IReadOnlyList<string> ReadTools(DefinitionCursor? field, List<(ToolDefinition Tool, bool IsEnabled)> custom)
    {
        var named = ToolNamesReader.Read(field);
        var isOff = new HashSet<string>();
        if (field is { Kind: JsonValueKind.Object } switches)
        {
            isOff.UnionWith(switches.Element.EnumerateObject()
                .Where(static tool => tool.Value.ValueKind == JsonValueKind.False)
                .Select(static tool => tool.Name));
        }

        isOff.UnionWith(custom.Where(static pair => !pair.IsEnabled).Select(static pair => pair.Tool.Name));
        return [.. named.Concat(custom.Select(static pair => pair.Tool.Name).Except(named)).Where(name => !isOff.Contains(name))];
    }
}
