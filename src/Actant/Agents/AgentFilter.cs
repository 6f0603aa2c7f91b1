namespace Actant.Agents;

/// <summary>Which agents a listing shows. What is <c>null</c> does not matter.</summary>
public sealed record AgentFilter
{
    /// <summary>A part of the name; upper and lower case are the same.</summary>
    public string? Name { get; init; }

    /// <summary>The model, as the definition names it.</summary>
    public string? Model { get; init; }

    /// <summary>The type, as the definition says.</summary>
    public string? AgentType { get; init; }

    /// <summary>Whether it may be executed.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Leaves nothing out.</summary>
    internal static AgentFilter All { get; } = new();

    internal bool Matches(AgentSummary agent) =>
        (Name is null || agent.Name.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && (Model is null || agent.Model == Model)
        && (AgentType is null || agent.AgentType == AgentType)
        && (IsActive is null || agent.IsActive == IsActive);
}
