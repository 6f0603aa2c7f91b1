using System.Collections.Frozen;
using Actant.Definitions;
using Actant.Kinds;
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
    private readonly DefinitionKinds _kinds;

    public Capabilities(ToolRegistry tools, ModelProviders models, DefinitionKinds kinds)
    {
        _kinds = kinds;
        _all = tools.BindableNames.Select(Tool)
            .Concat(tools.Types.Keys.Select(ToolType))
            .Concat(models.Names.Select(Provider))
            .Concat(Enumerable.Range(1, DefinitionDocument.Format).Select(DefinitionFormat))
            .Concat(kinds.All.SelectMany(static kind => Enumerable.Range(1, kind.Format).Select(number => DefinitionKind(kind.Name, number))))
            .Where(IsStorable)
            .ToFrozenSet(StringComparer.Ordinal);
        Names = [.. _all.Order(StringComparer.Ordinal)];
    }

    /// <summary>All of them, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What a definition of a known kind needs and is not here: the first few of it, sorted. Whoever has those looks for the rest.</summary>
    /// <exception cref="DefinitionException">It comes to no graph.</exception>
    public IReadOnlyList<string> MissingFor(Definition definition) =>
        Missing(NeedsOf(definition, _kinds.Compile(definition)).Concat(definition.Tools.SelectMany(tool => NeedsOf(definition, tool.Name))));

    /// <summary>The format and the kind of a definition, as far as they are not known here.</summary>
    public IReadOnlyList<string> MissingFor(int definitionFormat, string kind, int kindFormat) =>
        Missing([DefinitionFormat(definitionFormat), DefinitionKind(kind, kindFormat)]);

    private string[] Missing(IEnumerable<string> needs) =>
        [.. needs.Where(need => !_all.Contains(need) && IsStorable(need)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(StorageLimits.MaxNeeds)];

    private static IEnumerable<string> NeedsOf(Definition definition, GraphDefinition graph) => graph.Nodes.SelectMany(node =>
    {
        IEnumerable<string> tools = node.Tool is { } only ? [only, .. node.Tools] : node.Tools;
        var provider = node.Model?.Provider ?? (GivenModelProvider.NeedsDefault(node) ? GivenModelProvider.DefaultName : null);
        return tools.SelectMany(tool => NeedsOf(definition, tool))
            .Concat(provider is null ? [] : [Provider(provider)])
            .Concat(node.Graph is { } nested ? NeedsOf(definition, nested) : []);
    });

    private static IEnumerable<string> NeedsOf(Definition definition, string tool)
    {
        if (definition.Agents.TryGetValue(tool, out var inner))
        {
            return NeedsOf(inner, inner.Graph).Concat(inner.Tools.SelectMany(other => NeedsOf(inner, other.Name)));
        }

        return definition.Tools.FirstOrDefault(defined => defined.Name == tool) switch
        {
            null => [Tool(tool)],
            { Type: "builtin" or "code" } defined => [Tool(ToolRegistry.NameOf(defined).Name)],
            { Type: "agent" } => [],
            { Type: var type } => [ToolType(type)],
        };
    }

    private static string Tool(string name) => $"tool:{name}";

    private static string ToolType(string name) => $"tool_type:{name}";

    private static string Provider(string name) => $"provider:{name}";

    private static string DefinitionFormat(int number) => $"definition_format:{number}";

    private static string DefinitionKind(string name, int format) => format == 1 ? $"kind:{name}" : $"kind:{name}@{format}";

    private static bool IsStorable(string name) => StorageLimits.IsCapability(name);
}
