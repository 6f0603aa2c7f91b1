using Actant.Catalogue;

namespace Actant.Agents;

/// <summary>One version of an agent, as lists show it: without its definition.</summary>
public sealed record AgentSummary
{
    /// <summary>Its id, which never changes: of a stored agent a UUID, of one from a file its name.</summary>
    public required string Id { get; init; }

    /// <summary>The version, from 1; 0 for one that is not stored.</summary>
    public required long Version { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; of more than 1,000 characters the beginning.</summary>
    public required string Description { get; init; }

    /// <summary>What its owners call its kind.</summary>
    public string? AgentType { get; init; }

    /// <summary>The model of its first node that has one.</summary>
    public string? Model { get; init; }

    /// <summary>Who has that.</summary>
    public string? Provider { get; init; }

    /// <summary>Whether it may be executed.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The hash of the definition.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When this version was written.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether it comes from elsewhere (a file) and cannot be changed here.</summary>
    public bool IsReadOnly => Version == 0;

    internal static AgentSummary Of(DefinitionSummary summary) => Of(summary.Outline, summary.Record.Id, summary.Record.Version, summary.Record.Name) with
    {
        CreatedAt = summary.Record.CreatedAt,
        UpdatedAt = summary.Record.WrittenAt,
    };

    internal static AgentSummary Of(AgentRecord agent) => Of(agent.Outline, agent.Id, agent.Version, agent.Name) with
    {
        CreatedAt = agent.CreatedAt,
        UpdatedAt = agent.UpdatedAt,
    };

    private static AgentSummary Of(DefinitionOutline outline, string id, long version, string name) => new()
    {
        Id = id,
        Version = version,
        Name = name,
        Description = outline.Description,
        AgentType = outline.Type,
        Model = outline.Model,
        Provider = outline.Provider,
        IsActive = outline.IsActive,
        Hash = outline.Hash,
    };
}
