using Actant.Agents;
using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What can be asked of agents.</summary>
/// <param name="engine">Where they run.</param>
/// <param name="agents">Where they are kept.</param>
/// <param name="catalogue">Those that come from files or code.</param>
public sealed class AgentOperations(ActantEngine engine, AgentStore agents, IAgentCatalogue catalogue)
{
    private readonly AgentResolver _agents = new(engine, agents);

    /// <summary>Agents, and files that cannot be served as they are.</summary>
    public async Task<Reply<AgentListView>> ListAsync(Caller caller, ListAgentsCommand command, CancellationToken cancellationToken) =>
        Operations.ListAgents.Forbids(caller) ?? await command.Page.ShowAsync(
            (cursor, limit) => agents.ListAsync(caller.Tenant, command.Filter, cursor, limit, cancellationToken),
            page => new AgentListView([.. page.Items.Select(AgentView.Of)], catalogue.Problems, page.Cursor));

    /// <summary>Makes an agent.</summary>
    public async Task<Reply<AgentView>> CreateAsync(Caller caller, AgentDocumentCommand command, CancellationToken cancellationToken) =>
        Operations.CreateAgent.Forbids(caller)
        ?? await ShowAsync(caller, await agents.CreateAsync(caller.Tenant, command.Document, cancellationToken), cancellationToken);

    /// <summary>An agent with its definition.</summary>
    public async Task<Reply<AgentView>> GetAsync(Caller caller, AgentCommand command, CancellationToken cancellationToken) =>
        Operations.GetAgent.Forbids(caller)
        ?? await ShowAsync(caller, await _agents.FindAsync(caller.Tenant, command.Agent, cancellationToken), cancellationToken);

    /// <summary>Replaces an agent.</summary>
    public async Task<Reply<AgentView>> ReplaceAsync(Caller caller, AgentDocumentCommand command, CancellationToken cancellationToken) =>
        Operations.ReplaceAgent.Forbids(caller)
        ?? await ShowAsync(caller, await agents.ReplaceAsync(caller.Tenant, command.Agent ?? "", command.Document, command.Expected, cancellationToken), cancellationToken);

    /// <summary>Changes parts of an agent.</summary>
    public async Task<Reply<AgentView>> PatchAsync(Caller caller, AgentDocumentCommand command, CancellationToken cancellationToken) =>
        Operations.PatchAgent.Forbids(caller)
        ?? await ShowAsync(caller, await agents.PatchAsync(caller.Tenant, command.Agent ?? "", command.Document, command.Expected, cancellationToken), cancellationToken);

    /// <summary>Deletes an agent.</summary>
    public async Task<Reply<EmptyView>> DeleteAsync(Caller caller, DeleteAgentCommand command, CancellationToken cancellationToken) =>
        Operations.DeleteAgent.Forbids(caller)
        ?? (await agents.DeleteAsync(caller.Tenant, command.Agent, command.Expected, cancellationToken)).Map(static _ => EmptyView.Done);

    /// <summary>The versions of an agent, newest first.</summary>
    public async Task<Reply<AgentListView>> ListVersionsAsync(Caller caller, ListVersionsCommand command, CancellationToken cancellationToken)
    {
        if (Operations.ListAgentVersions.Forbids(caller) is { } refused)
        {
            return refused;
        }

        Page<AgentSummary>? found = null;
        var shown = await command.Page.ShowAsync(
            async (cursor, limit) =>
            {
                found = NameRules.IsName(command.Agent) ? await agents.ListVersionsAsync(caller.Tenant, command.Agent, cursor, limit, cancellationToken) : null;
                return found ?? new Page<AgentSummary>([], null);
            },
            static page => new AgentListView([.. page.Items.Select(AgentView.Of)], [], page.Cursor));
        return shown.IsDone && found is null ? Reply<AgentListView>.Refused(AgentResolver.Missing(command.Agent)) : shown;
    }

    /// <summary>Sets a label.</summary>
    public async Task<Reply<AgentView>> SetLabelAsync(Caller caller, LabelCommand command, CancellationToken cancellationToken) =>
        Operations.SetAgentLabel.Forbids(caller)
        ?? await ShowAsync(caller, await agents.SetLabelAsync(caller.Tenant, command.Agent, command.Label, command.Version ?? 0, cancellationToken), cancellationToken);

    /// <summary>Removes a label.</summary>
    public async Task<Reply<AgentView>> RemoveLabelAsync(Caller caller, LabelCommand command, CancellationToken cancellationToken) =>
        Operations.RemoveAgentLabel.Forbids(caller)
        ?? await ShowAsync(caller, await agents.RemoveLabelAsync(caller.Tenant, command.Agent, command.Label, cancellationToken), cancellationToken);

    /// <summary>What a definition would mean for the threads of an agent.</summary>
    public async Task<Reply<AgentCheckView>> CheckAsync(Caller caller, AgentDocumentCommand command, CancellationToken cancellationToken) =>
        Operations.CheckAgent.Forbids(caller)
        ?? (await agents.CheckAsync(caller.Tenant, command.Agent ?? "", command.Document, cancellationToken)).Map(AgentCheckView.Of);

    /// <summary>The tools of an agent.</summary>
    public async Task<Reply<AgentToolsView>> ListToolsAsync(Caller caller, AgentCommand command, CancellationToken cancellationToken) =>
        Operations.ListAgentTools.Forbids(caller)
        ?? (await _agents.FindAsync(caller.Tenant, command.Agent, cancellationToken)).Map(agent => AgentTools.Of(agent, engine.Tools));

    private async ValueTask<Reply<AgentView>> ShowAsync(Caller caller, Reply<AgentRecord> reply, CancellationToken cancellationToken)
    {
        if (!reply.IsDone)
        {
            return Reply<AgentView>.Refused(reply.Refusal);
        }

        var labels = await agents.LabelsAsync(caller.Tenant, reply.Value, cancellationToken);
        return reply.Map(agent => AgentView.Whole(agent, labels));
    }
}
