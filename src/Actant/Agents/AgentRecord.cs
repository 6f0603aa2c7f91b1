using Actant.Catalogue;
using Actant.Definitions;

namespace Actant.Agents;

/// <summary>One version of an agent that can be executed by name.</summary>
public sealed record AgentRecord
{
    /// <summary>Its id, which never changes: of a stored agent a UUID, of one from a file its name.</summary>
    public required string Id { get; init; }

    /// <summary>The version, from 1; 0 for one that is not stored.</summary>
    public required long Version { get; init; }

    /// <summary>What it does.</summary>
    public required AgentDefinition Definition { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When this version was written.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Names of versions, such as <c>production</c>.</summary>
    public IReadOnlyDictionary<string, long> Labels { get; init; } = new Dictionary<string, long>();

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether it comes from elsewhere (a file) and cannot be changed here.</summary>
    public bool IsReadOnly => Version == 0;

    /// <summary>The model of its first node that has one.</summary>
    public ModelDefinition? Model => ModelOf(Definition.Graph);

    internal DefinitionOutline Outline => OutlineOf(Definition);

    internal static DefinitionOutline OutlineOf(AgentDefinition agent) => DefinitionOutline.Of(agent, agent.AgentType, ModelOf(agent.Graph));

    internal static AgentRecord Of(DefinitionRecord record)
    {
        var agent = new AgentRecord
        {
            Id = record.Id,
            Version = record.Version,
            Definition = (AgentDefinition)record.Definition,
            CreatedAt = record.CreatedAt,
            UpdatedAt = record.UpdatedAt,
        };
        return record.Labels is { } labels ? agent with { Labels = labels } : agent;
    }

    /// <summary>The model of a graph's first node that has one.</summary>
    internal static ModelDefinition? ModelOf(GraphDefinition graph) =>
        graph.Nodes.Select(static node => node.Model ?? (node.Graph is { } nested ? ModelOf(nested) : null)).FirstOrDefault(static model => model is not null);
}
