using Actant.Tools;

namespace Actant.Filters;

/// <summary>Where something passes, and on whose behalf; as far as that is known there.</summary>
/// <param name="Tenant">Whose it is.</param>
public sealed record FilterSite(TenantId Tenant)
{
    /// <summary>The thread; <c>null</c> for the input of a new one.</summary>
    public string? Thread { get; init; }

    /// <summary>The execution; <c>null</c> before there is one.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>The agent's name.</summary>
    public string? Agent { get; init; }

    /// <summary>The content hash of the agent's definition.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The run of a node, with the path of its scope; <c>null</c> for what concerns no node.</summary>
    public string? Path { get; init; }

    /// <summary>Who it comes from: who submitted, answered, changed the state. The way in says so, never the value.</summary>
    public Principal? Principal { get; init; }

    /// <summary>The user whose request is served, if the submitter said.</summary>
    public SecurityContext? Security { get; init; }

    /// <summary>That of a step.</summary>
    internal static FilterSite Of(ToolContext step) => new(step.Thread.Tenant)
    {
        Thread = step.Thread.Thread,
        Execution = step.Execution,
        Agent = step.Agent,
        AgentVersion = step.AgentVersion,
        Path = step.Activation,
        Principal = step.Principal,
        Security = step.Security,
    };
}
