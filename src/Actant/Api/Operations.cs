using Actant.Access;
using Actant.Events;

namespace Actant.Api;

/// <summary>The table of all operations.</summary>
public static class Operations
{
    /// <summary>Accepts an execution.</summary>
    public static ViewOperation<SubmitCommand, AcceptedView> SubmitExecution { get; } = new("executions.submit", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Runs an agent and waits for the outcome.</summary>
    public static ViewOperation<SubmitCommand, ExecuteResponse> ExecuteAgent { get; } = new("agents.execute", Role.Runner, ApiJson.Wire.ExecuteResponse);

    /// <summary>The same, told as a trial.</summary>
    public static ViewOperation<SubmitCommand, TestResponse> TestAgent { get; } = new("agents.test", Role.Runner, ApiJson.Wire.TestResponse);

    /// <summary>Shows an execution.</summary>
    public static ViewOperation<ExecutionCommand, ExecutionView> GetExecution { get; } = new("executions.get", Role.Viewer, ApiJson.Wire.ExecutionView);

    /// <summary>Lists executions.</summary>
    public static ViewOperation<ListExecutionsCommand, ExecutionListView> ListExecutions { get; } = new("executions.list", Role.Viewer, ApiJson.Wire.ExecutionListView);

    /// <summary>Follows an execution.</summary>
    public static ViewOperation<EventsCommand, StreamEvent> FollowExecution { get; } = new("executions.follow", Role.Viewer, json: null);

    /// <summary>Lets an execution begin that was held.</summary>
    public static ViewOperation<ExecutionCommand, AcceptedView> StartExecution { get; } = new("executions.start", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Pauses an execution.</summary>
    public static ViewOperation<ExecutionCommand, AcceptedView> StopExecution { get; } = new("executions.stop", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Ends an execution.</summary>
    public static ViewOperation<CancelCommand, AcceptedView> CancelExecution { get; } = new("executions.cancel", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Ends an execution of which only the key is known.</summary>
    public static ViewOperation<CancelByKeyCommand, AcceptedView> CancelExecutionByKey { get; } = new("executions.cancel_by_key", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Answers questions of an execution.</summary>
    public static ViewOperation<ResumeCommand, AcceptedView> ResumeExecution { get; } = new("executions.resume", Role.Runner, ApiJson.Wire.AcceptedView);

    /// <summary>Lists threads.</summary>
    public static ViewOperation<PageCommand, ThreadListView> ListThreads { get; } = new("threads.list", Role.Viewer, ApiJson.Wire.ThreadListView);

    /// <summary>Shows a thread.</summary>
    public static ViewOperation<ThreadCommand, ThreadSummary> GetThread { get; } = new("threads.get", Role.Viewer, ApiJson.Wire.ThreadSummary);

    /// <summary>Shows the state of a thread.</summary>
    public static ViewOperation<ThreadStateCommand, ThreadStateView> GetThreadState { get; } = new("threads.state", Role.Viewer, ApiJson.Wire.ThreadStateView);

    /// <summary>Changes the state of a thread.</summary>
    public static ViewOperation<UpdateStateCommand, ThreadSummary> UpdateThreadState { get; } = new("threads.update_state", Role.Runner, ApiJson.Wire.ThreadSummary);

    /// <summary>Shows the entries of a thread.</summary>
    public static ViewOperation<HistoryCommand, HistoryView> GetThreadHistory { get; } = new("threads.history", Role.Viewer, json: null);

    /// <summary>Copies a thread.</summary>
    public static ViewOperation<ForkCommand, BranchView> ForkThread { get; } = new("threads.fork", Role.Runner, ApiJson.Wire.BranchView);

    /// <summary>Takes a thread back.</summary>
    public static ViewOperation<RewindCommand, BranchView> RewindThread { get; } = new("threads.rewind", Role.Runner, ApiJson.Wire.BranchView);

    /// <summary>Takes the content out of entries.</summary>
    public static ViewOperation<EraseEntriesCommand, BranchView> EraseEntries { get; } = new("threads.erase", Role.Runner, ApiJson.Wire.BranchView);

    /// <summary>Deletes a thread.</summary>
    public static ViewOperation<ThreadCommand, EmptyView> DeleteThread { get; } = new("threads.delete", Role.Runner, ApiJson.Wire.EmptyView);

    /// <summary>Deletes all threads about somebody.</summary>
    public static ViewOperation<SubjectCommand, ErasedView> EraseSubject { get; } = new("subjects.erase", Role.Runner, ApiJson.Wire.ErasedView);

    /// <summary>Lists agents.</summary>
    public static ViewOperation<ListAgentsCommand, AgentListView> ListAgents { get; } = new("agents.list", Role.Viewer, ApiJson.Wire.AgentListView);

    /// <summary>Makes an agent.</summary>
    public static ViewOperation<AgentDocumentCommand, AgentView> CreateAgent { get; } = new("agents.create", Role.Editor, ApiJson.Wire.AgentView);

    /// <summary>Shows an agent.</summary>
    public static ViewOperation<AgentCommand, AgentView> GetAgent { get; } = new("agents.get", Role.Viewer, ApiJson.Wire.AgentView);

    /// <summary>Replaces an agent.</summary>
    public static ViewOperation<AgentDocumentCommand, AgentView> ReplaceAgent { get; } = new("agents.replace", Role.Editor, ApiJson.Wire.AgentView);

    /// <summary>Changes parts of an agent.</summary>
    public static ViewOperation<AgentDocumentCommand, AgentView> PatchAgent { get; } = new("agents.patch", Role.Editor, ApiJson.Wire.AgentView);

    /// <summary>Deletes an agent.</summary>
    public static ViewOperation<DeleteAgentCommand, EmptyView> DeleteAgent { get; } = new("agents.delete", Role.Editor, ApiJson.Wire.EmptyView);

    /// <summary>Lists the versions of an agent.</summary>
    public static ViewOperation<ListVersionsCommand, AgentListView> ListAgentVersions { get; } = new("agents.versions", Role.Viewer, ApiJson.Wire.AgentListView);

    /// <summary>Sets a label of an agent.</summary>
    public static ViewOperation<LabelCommand, AgentView> SetAgentLabel { get; } = new("agents.set_label", Role.Editor, ApiJson.Wire.AgentView);

    /// <summary>Removes a label of an agent.</summary>
    public static ViewOperation<LabelCommand, AgentView> RemoveAgentLabel { get; } = new("agents.remove_label", Role.Editor, ApiJson.Wire.AgentView);

    /// <summary>Says what a definition would mean for the threads of an agent.</summary>
    public static ViewOperation<AgentDocumentCommand, AgentCheckView> CheckAgent { get; } = new("agents.check", Role.Viewer, ApiJson.Wire.AgentCheckView);

    /// <summary>Lists the tools of an agent.</summary>
    public static ViewOperation<AgentCommand, AgentToolsView> ListAgentTools { get; } = new("agents.tools", Role.Viewer, ApiJson.Wire.AgentToolsView);

    /// <summary>Makes a key.</summary>
    public static ViewOperation<CreateTokenCommand, TokenView> CreateToken { get; } = new("tokens.create", Role.Admin, ApiJson.Wire.TokenView);

    /// <summary>Lists keys.</summary>
    public static ViewOperation<PageCommand, TokenListView> ListTokens { get; } = new("tokens.list", Role.Admin, ApiJson.Wire.TokenListView);

    /// <summary>Makes a key useless.</summary>
    public static ViewOperation<TokenCommand, EmptyView> RevokeToken { get; } = new("tokens.revoke", Role.Admin, ApiJson.Wire.EmptyView);

    /// <summary>Makes a key in the place of another one.</summary>
    public static ViewOperation<RotateTokenCommand, TokenView> RotateToken { get; } = new("tokens.rotate", Role.Admin, ApiJson.Wire.TokenView);

    /// <summary>Lists what is still to be delivered, or was given up.</summary>
    public static ViewOperation<ListDeliveriesCommand, DeliveryListView> ListDeliveries { get; } = new("deliveries.list", Role.Viewer, ApiJson.Wire.DeliveryListView);

    /// <summary>Sends a delivery again.</summary>
    public static ViewOperation<DeliveryCommand, EmptyView> ResendDelivery { get; } = new("deliveries.resend", Role.Runner, ApiJson.Wire.EmptyView);

    /// <summary>Shows who had which tools called.</summary>
    public static ViewOperation<AuditCommand, AuditView> ReadAudit { get; } = new("audit.read", Role.Viewer, ApiJson.Wire.AuditView);

    /// <summary>Shows what models were used.</summary>
    public static ViewOperation<UsageCommand, UsageView> ReadUsage { get; } = new("usage.read", Role.Viewer, ApiJson.Wire.UsageView);

    /// <summary>Shows what a thread used.</summary>
    public static ViewOperation<ThreadCommand, ThreadUsageView> ReadThreadUsage { get; } = new("usage.read_thread", Role.Viewer, ApiJson.Wire.ThreadUsageView);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        SubmitExecution, ExecuteAgent, TestAgent, GetExecution, ListExecutions, FollowExecution, StartExecution, StopExecution, CancelExecution, CancelExecutionByKey, ResumeExecution,
        ListThreads, GetThread, GetThreadState, UpdateThreadState, GetThreadHistory, ForkThread, RewindThread, EraseEntries, DeleteThread, EraseSubject,
        ListAgents, CreateAgent, GetAgent, ReplaceAgent, PatchAgent, DeleteAgent, ListAgentVersions, SetAgentLabel, RemoveAgentLabel, CheckAgent, ListAgentTools,
        CreateToken, ListTokens, RevokeToken, RotateToken, ListDeliveries, ResendDelivery, ReadAudit, ReadUsage, ReadThreadUsage,
    ];
}
