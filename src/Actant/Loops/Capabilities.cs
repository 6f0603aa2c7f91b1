using System.Collections.Frozen;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>
/// What this process has that a definition may need, and another one on the same store may not have. Never changes: the store leaves the
/// threads that need something else to others.
/// </summary>
internal sealed class Capabilities
{
    private readonly FrozenSet<string> _all;

    public Capabilities(ToolRegistry tools, ModelProviders models)
    {
        _all = tools.BindableNames.Select(Tool)
            .Concat(tools.Types.Keys.Select(ToolType))
            .Concat(models.Names.Select(Provider))
            .Concat(Enumerable.Range(1, DefinitionDocument.Format).Select(DefinitionFormat))
            .Where(IsStorable)
            .ToFrozenSet(StringComparer.Ordinal);
        Names = [.. _all.Order(StringComparer.Ordinal)];
    }

    /// <summary>All of them, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What an agent needs and is not here: the first few of it, sorted. Whoever has those looks for the rest.</summary>
    public IReadOnlyList<string> MissingFor(AgentDefinition agent) => Missing(NeedsOf(agent, agent.Graph).Concat(agent.Tools.SelectMany(tool => NeedsOf(agent, tool.Name))));

    /// <summary>The format of a definition, if it is not known here.</summary>
    public IReadOnlyList<string> MissingFor(int definitionFormat) => Missing([DefinitionFormat(definitionFormat)]);

    private string[] Missing(IEnumerable<string> needs) =>
        [.. needs.Where(need => !_all.Contains(need) && IsStorable(need)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(StorageLimits.MaxNeeds)];

    private static IEnumerable<string> NeedsOf(AgentDefinition agent, GraphDefinition graph) => graph.Nodes.SelectMany(node =>
    {
        IEnumerable<string> tools = node.Tool is { } only ? [only, .. node.Tools] : node.Tools;
        var provider = node.Model?.Provider ?? (GivenModelProvider.NeedsDefault(node) ? GivenModelProvider.DefaultName : null);
        return tools.SelectMany(tool => NeedsOf(agent, tool))
            .Concat(provider is null ? [] : [Provider(provider)])
            .Concat(node.Graph is { } nested ? NeedsOf(agent, nested) : []);
    });

    private static IEnumerable<string> NeedsOf(AgentDefinition agent, string tool)
    {
        if (agent.Agents.TryGetValue(tool, out var inner))
        {
            return NeedsOf(inner, inner.Graph).Concat(inner.Tools.SelectMany(other => NeedsOf(inner, other.Name)));
        }

        return agent.Tools.FirstOrDefault(definition => definition.Name == tool) switch
        {
            null => [Tool(tool)],
            { Type: "builtin" or "code" } definition => [Tool(ToolRegistry.NameOf(definition).Name)],
            { Type: "agent" } => [],
            { Type: var type } => [ToolType(type)],
        };
    }

    private static string Tool(string name) => $"tool:{name}";

    private static string ToolType(string name) => $"tool_type:{name}";

    private static string Provider(string name) => $"provider:{name}";

    private static string DefinitionFormat(int number) => $"definition_format:{number}";

    private static bool IsStorable(string name) => StorageLimits.IsCapability(name);
}
