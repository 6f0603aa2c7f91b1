using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Tools;

namespace Actant.Validation;

/// <summary>What is on offer where a definition shall run: the validator refuses what is not.</summary>
public sealed record DefinitionContext
{
    /// <summary>Whose the definition is, and whose secrets it finds.</summary>
    public TenantId Tenant { get; init; } = TenantId.Default;

    /// <summary>Whether a key that came with an agent may serve this definition's models: the agent's own alone.</summary>
    internal Func<string, bool> MayUseKey { get; init; } = static _ => false;

    /// <summary>Whether a tenant may have a secret of a name; everything may be where nobody knows.</summary>
    internal Func<TenantId, string, bool> MayHaveSecret { get; init; } = static (_, _) => true;

    /// <summary>The built-in tools by name. Nodes may name them without a tool definition.</summary>
    public IReadOnlyDictionary<string, Tool> BuiltinTools { get; init; } = new Dictionary<string, Tool>();

    /// <summary>The tools registered in the process by name. Nodes may name them without a tool definition.</summary>
    public IReadOnlyDictionary<string, Tool> CodeTools { get; init; } = new Dictionary<string, Tool>();

    /// <summary>The model providers by name.</summary>
    public IReadOnlyDictionary<string, IModelProvider> ModelProviders { get; init; } = new Dictionary<string, IModelProvider>();

    /// <summary>Whether an agent of this name exists, for tools of type <c>agent</c>.</summary>
    public Func<string, bool> AgentExists { get; init; } = static _ => false;

    /// <summary>What is wrong with delivery targets, each with its place, which is named by its index.</summary>
    public Func<IReadOnlyList<DeliveryTarget>, Func<int, string>, IEnumerable<DefinitionProblem>> CheckDeliveries { get; init; } = static (_, _) => [];

    /// <summary>The types of tool definitions that can be carried out.</summary>
    public IReadOnlySet<string> ToolTypes { get; init; } = new HashSet<string> { "builtin", "agent", "code" };

    /// <summary>Who makes and checks the tools of types beside <c>builtin</c>, <c>agent</c> and <c>code</c>.</summary>
    public IReadOnlyDictionary<string, IToolType> ToolMakers { get; init; } = new Dictionary<string, IToolType>();

    /// <summary>The types of nodes that can be carried out; all by default.</summary>
    public IReadOnlySet<NodeType> NodeTypes { get; init; } = new HashSet<NodeType>(Enum.GetValues<NodeType>());

    /// <summary>Whether the host names a model for agents whose definition does not (the library's <c>model</c> argument).</summary>
    public bool HasDefaultModel { get; init; }

    /// <summary>The tool that a definition of type <c>builtin</c> or <c>code</c> configures; <c>null</c> if there is none.</summary>
    public Tool? FindTool(ToolDefinition definition)
    {
        var name = definition.ConfigText("tool") ?? definition.Name;
        return definition.Type switch
        {
            "builtin" => BuiltinTools.GetValueOrDefault(name),
            "code" when definition.ConfigText("class") is { } className => FindByClass(className) ?? CodeTools.GetValueOrDefault(name),
            "code" => CodeTools.GetValueOrDefault(name),
            _ => null,
        };
    }

    private Tool? FindByClass(string name) =>
        CodeTools.Values.FirstOrDefault(tool => tool.GetType().Name == name || tool.GetType().FullName == name);
}
