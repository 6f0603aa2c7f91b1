namespace Actant.DomainActions;

/// <summary>The actions that are taken here.</summary>
internal static class ActionTypes
{
    public const string AgentRun = "execution.agent_run";
    public const string AgentConfig = "execution.management.get_agent_config";
    public const string History = "execution.conversation.get_history";
    public const string Context = "execution.conversation.get_context";
    public const string EmbeddingCallback = "embedding.callback";
    public const string QueryCallback = "query.callback";

    public static IReadOnlyList<string> All { get; } = [AgentRun, AgentConfig, History, Context, EmbeddingCallback, QueryCallback];

    /// <summary>A name that labels of metrics may have: what others make up is one.</summary>
    public static string Label(string? type) => type is not null && All.Contains(type) ? type : "unknown";
}
