namespace Actant.Orchestrator;

/// <summary>The names of events, as orchestrators know them.</summary>
internal static class NotificationEvents
{
    public const string Started = "agent_execution_started";
    public const string ToolRequested = "tool_call_requested";
    public const string Token = "agent_response_token";
    public const string Progress = "agent_execution_progress";
    public const string Completed = "agent_execution_completed";
    public const string Failed = "agent_execution_failed";
}
