
namespace Actant.Tools;

/// <summary>On whose behalf a tool is called.</summary>
/// <param name="Thread">The tenant and the thread.</param>
/// <param name="Execution">The execution.</param>
/// <param name="Agent">The agent's name.</param>
/// <param name="Activation">The activation that calls, with the path of its scope.</param>
public sealed record ToolContext(ThreadKey Thread, ExecutionId Execution, string Agent, string Activation)
{
    /// <summary>The content hash of the agent's definition.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The user whose request this serves, if the submitter said.</summary>
    public SecurityContext? Security { get; init; }

    /// <summary>Who submitted the execution, as the way in knows them.</summary>
    public Principal? Principal { get; init; }
}
