using System.Text.Json;
using Actant.Agents;

namespace Actant.AspNetCore.Agents;

/// <summary>An agent, with its definition where one agent was asked for.</summary>
internal sealed record AgentView
{
    public required string Id { get; init; }

    public required string AgentId { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public string? AgentType { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public required bool IsActive { get; init; }

    public required long Version { get; init; }

    public required bool ReadOnly { get; init; }

    public required string Hash { get; init; }

    public IReadOnlyDictionary<string, long>? Labels { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public JsonElement? Definition { get; init; }

    public static AgentView Of(AgentRecord agent) => new()
    {
        Id = agent.Id,
        AgentId = agent.Id,
        Name = agent.Name,
        Description = agent.Definition.Description,
        AgentType = agent.Definition.AgentType,
        Model = agent.Model?.ModelName,
        Provider = agent.Model?.Provider,
        IsActive = agent.Definition.IsActive,
        Version = agent.Version,
        ReadOnly = agent.IsReadOnly,
        Hash = agent.Definition.Hash.Value,
        CreatedAt = agent.CreatedAt,
        UpdatedAt = agent.UpdatedAt,
    };

    public static AgentView Whole(AgentRecord agent, IReadOnlyDictionary<string, long> labels) =>
        Of(agent) with { Labels = labels, Definition = agent.Definition.Source };
}
