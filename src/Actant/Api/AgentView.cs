using System.Text.Json;
using Actant.Agents;

namespace Actant.Api;

/// <summary>An agent, with its definition where one agent was asked for.</summary>
public sealed record AgentView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The agent's id.</summary>
    public required string AgentId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in its own words; in lists the first 1,000 characters.</summary>
    public required string Description { get; init; }

    /// <summary>What its author calls its kind.</summary>
    public string? AgentType { get; init; }

    /// <summary>Its model.</summary>
    public string? Model { get; init; }

    /// <summary>Who has that.</summary>
    public string? Provider { get; init; }

    /// <summary>Whether it can be executed.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The number of the version; 0 of a file's.</summary>
    public required long Version { get; init; }

    /// <summary>Whether it comes from a file.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>The hash of the definition.</summary>
    public required string Hash { get; init; }

    /// <summary>Versions by label, where one agent was asked for.</summary>
    public IReadOnlyDictionary<string, long>? Labels { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The definition as it was written.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>The view.</summary>
    internal static AgentView Of(AgentSummary agent) => new()
    {
        Id = agent.Id,
        AgentId = agent.Id,
        Name = agent.Name,
        Description = agent.Description,
        AgentType = agent.AgentType,
        Model = agent.Model,
        Provider = agent.Provider,
        IsActive = agent.IsActive,
        Version = agent.Version,
        ReadOnly = agent.IsReadOnly,
        Hash = agent.Hash,
        CreatedAt = agent.CreatedAt,
        UpdatedAt = agent.UpdatedAt,
    };

    /// <summary>With its definition.</summary>
    internal static AgentView Whole(AgentRecord agent, IReadOnlyDictionary<string, long> labels) =>
        Of(AgentSummary.Of(agent)) with { Description = agent.Definition.Description, Labels = labels, Definition = agent.Definition.Source };
}
