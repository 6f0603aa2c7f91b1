using System.Text.Json;
using Actant.Definitions;

namespace Actant.Validation;

/// <summary>A node and where its document says so: under which of a field's names, in which of the forms.</summary>
internal sealed class NodeSite(NodeDefinition node, string path, JsonElement element, JsonElement root)
{
    private static readonly string[] s_prompts = ["role", "instructions", "system_prompt"];

    public NodeDefinition Node => node;

    public string Path => path;

    /// <summary>The document's own value of a field, if it has one.</summary>
    public JsonElement? Written(string name) => Member(element, name);

    public string Field(string name, string? alias = null) =>
        JsonPath.Member(path, alias is not null && Written(name) is null && Written(alias) is not null ? alias : name);

    /// <summary>The model may be the agent's.</summary>
    public string ModelPath => Written("model") is null && Member(root, "model") is not null ? "$.model" : Field("model");

    /// <summary>A tool's name stands in a list, in an object of switches, or among the custom tools.</summary>
    public string ToolPath(int index) => Written("tools") switch
    {
        { ValueKind: JsonValueKind.Object } switches when switches.TryGetProperty(node.Tools[index], out _) =>
            JsonPath.Member(Field("tools"), node.Tools[index]),
        { ValueKind: JsonValueKind.Array } list when index < list.GetArrayLength() => JsonPath.Item(Field("tools"), index),
        _ when Written("custom_tools") is not null => JsonPath.Member(Field("custom_tools"), node.Tools[index]),
        _ => JsonPath.Item(Field("tools"), index),
    };

    /// <summary>The prompt's texts: the simple form has two.</summary>
    public IEnumerable<(string Path, string Template)> SystemPrompts()
    {
        if (path != "$")
        {
            return node.SystemPrompt is { } prompt ? [(Field("system_prompt"), prompt)] : [];
        }

        return s_prompts
            .Where(name => Written(name) is { ValueKind: JsonValueKind.String })
            .Select(name => (JsonPath.Member(path, name), Written(name)!.Value.GetString()!));
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
