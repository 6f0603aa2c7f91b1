using Actant.Access;
using Actant.Agents;
using Actant.Definitions;
using Actant.Executions;
using Actant.Secrets;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What can be asked of executions.</summary>
/// <param name="engine">Where they run.</param>
/// <param name="agents">What they run.</param>
/// <param name="limits">How many may follow them; as many as <see cref="StreamLimits"/> says by itself if absent.</param>
public sealed class ExecutionOperations(ActantEngine engine, AgentStore agents, StreamLimits? limits = null)
{
    private readonly AgentResolver _agents = new(engine, agents);
    private readonly StreamReaders _readers = new(limits);

    /// <summary>Accepts an execution. What is being stored is stored, whether the caller stays to hear of it or not.</summary>
    public async Task<Reply<AcceptedView>> SubmitAsync(Caller caller, SubmitCommand command, CancellationToken cancellationToken)
    {
        if (Operations.SubmitExecution.Forbids(caller) is { } refused)
        {
            return refused;
        }

        if (caller.Role < Role.Editor && command.Definition is { } brought && SecretReference.IsIn(brought))
        {
            return Reply<AcceptedView>.Refused(
                RefusalCodes.Forbidden, $"The definition names secrets, which it could send anywhere: that needs the role {RoleWords.Of(Role.Editor)}. Name an agent that uses them.");
        }

        var agent = await _agents.ResolveAsync(caller.Tenant, command, cancellationToken);
        return agent.IsDone ? await SubmitAsync(caller, agent.Value, command) : Reply<AcceptedView>.Refused(agent.Refusal);
    }

    /// <summary>Accepts an execution of an agent that is at hand, validated and linked, whatever the command says of one.</summary>
    public async Task<Reply<AcceptedView>> SubmitAsync(Caller caller, AgentDefinition agent, SubmitCommand command) =>
        Operations.SubmitExecution.Forbids(caller)
        ?? (await ClientOf(caller).SubmitAsync(command.For(agent), CancellationToken.None)).Map(AcceptedView.Of);

    /// <summary>Runs an agent and answers with the outcome. How it ended is data: a failed execution is an answer too.</summary>
    /// <exception cref="WaitEndedException">The token ended the wait; the execution was accepted and goes on.</exception>
    public async Task<Reply<ExecuteResponse>> ExecuteAsync(Caller caller, SubmitCommand command, CancellationToken cancellationToken) =>
        Operations.ExecuteAgent.Forbids(caller)
        ?? (await RunAsync(caller, command, cancellationToken)).Map(run => ExecuteResponse.Of(run.Agent.Definition, run.Result, command.Input) with { AgentId = run.Agent.Id });

    /// <summary>The same run, told as a trial.</summary>
    /// <exception cref="WaitEndedException">The token ended the wait; the execution was accepted and goes on.</exception>
    public async Task<Reply<TestResponse>> TestAsync(Caller caller, SubmitCommand command, CancellationToken cancellationToken) =>
        Operations.TestAgent.Forbids(caller)
        ?? (await RunAsync(caller, command, cancellationToken)).Map(run => TestResponse.Of(run.Agent, command.Input, run.Result));

    /// <summary>An execution with everything it gave so far.</summary>
    public async Task<Reply<ExecutionView>> GetAsync(Caller caller, ExecutionCommand command, CancellationToken cancellationToken)
    {
        if (Operations.GetExecution.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var client = ClientOf(caller);
        if (!ExecutionId.TryParse(command.Execution, out var id) || await client.GetAsync(id, cancellationToken) is not { } result)
        {
            return Reply<ExecutionView>.Refused(Unknown(command.Execution));
        }

        var wait = result.Record.Status is ExecutionStatus.Pending or ExecutionStatus.Running ? await client.FindWaitAsync(id, cancellationToken) : null;
        return Reply<ExecutionView>.Done(ExecutionView.Of(result) with
        {
            Waiting = wait is null ? WaitView.Of(result) : WaitView.Of(result.Record, wait),
            Version = result.Record.Status.IsEnd() ? $"{id}-{result.Record.EndPosition}" : null,
        });
    }

    /// <summary>Executions, newest first.</summary>
    public async Task<Reply<ExecutionListView>> ListAsync(Caller caller, ListExecutionsCommand command, CancellationToken cancellationToken) =>
        Operations.ListExecutions.Forbids(caller) ?? await command.Page.ShowAsync(
            (cursor, limit) => new ValueTask<Page<ExecutionRecord>>(ClientOf(caller).ListAsync(command.Filter, cursor, limit, cancellationToken)),
            static page => new ExecutionListView([.. page.Items.Select(ExecutionView.Of)], page.Cursor));

    /// <summary>Lets an execution begin that was held.</summary>
    public async Task<Reply<AcceptedView>> StartAsync(Caller caller, ExecutionCommand command, CancellationToken cancellationToken) =>
        Operations.StartExecution.Forbids(caller)
        ?? await SteerAsync(command.Execution, id => ClientOf(caller).StartAsync(id, cancellationToken));

    /// <summary>Pauses an execution.</summary>
    public async Task<Reply<AcceptedView>> StopAsync(Caller caller, ExecutionCommand command, CancellationToken cancellationToken) =>
        Operations.StopExecution.Forbids(caller)
        ?? await SteerAsync(command.Execution, id => ClientOf(caller).StopAsync(id, cancellationToken));

    /// <summary>Ends an execution.</summary>
    public async Task<Reply<AcceptedView>> CancelAsync(Caller caller, CancelCommand command, CancellationToken cancellationToken) =>
        Operations.CancelExecution.Forbids(caller)
        ?? await SteerAsync(command.Execution, id => ClientOf(caller).CancelAsync(id, command.Reason, cancellationToken));

    /// <summary>For callers that lost the answer of their submission: the key is all they know.</summary>
    public async Task<Reply<AcceptedView>> CancelByKeyAsync(Caller caller, CancelByKeyCommand command, CancellationToken cancellationToken)
    {
        if (Operations.CancelExecutionByKey.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var client = ClientOf(caller);
        return await client.FindAsync(command.IdempotencyKey, cancellationToken) is { } record
            ? (await client.CancelAsync(record.Id, command.Reason, cancellationToken)).Map(AcceptedView.Of)
            : Reply<AcceptedView>.Refused(RefusalCodes.ExecutionNotFound, "No execution was submitted with this idempotency key.");
    }

    /// <summary>Answers questions of an execution.</summary>
    public async Task<Reply<AcceptedView>> ResumeAsync(Caller caller, ResumeCommand command, CancellationToken cancellationToken) =>
        Operations.ResumeExecution.Forbids(caller)
        ?? await SteerAsync(command.Execution, id => ClientOf(caller).ResumeAsync(id, command.ToRequest(), cancellationToken));

    /// <summary>What happens on an execution, after a place, until it has ended. Can be joined late and resumed.</summary>
    public async Task<Reply<ExecutionFeed>> FollowAsync(Caller caller, EventsCommand command, CancellationToken cancellationToken)
    {
        if (Operations.FollowExecution.RefusalFor(caller) is { } refusal)
        {
            return Reply<ExecutionFeed>.Refused(refusal);
        }

        var client = engine.For(caller.Tenant);
        if (!ExecutionId.TryParse(command.Execution, out var id) || await client.GetRecordAsync(id, cancellationToken) is not { } record)
        {
            return Reply<ExecutionFeed>.Refused(Unknown(command.Execution));
        }

        // Who comes for nothing takes nobody's place.
        var place = ExecutionFeed.IsSeen(record, command.After) ? null : _readers.Enter(caller.Tenant);
        return place is { Refusal: { } full }
            ? Reply<ExecutionFeed>.Refused(full)
            : Reply<ExecutionFeed>.Done(new ExecutionFeed(client, record, command.After, place?.Value) { Patience = _readers.Limits.SendTimeout });
    }

    private static Refusal Unknown(string id) =>
        new(RefusalCodes.ExecutionNotFound, $"There is no execution '{(id.Length <= 64 ? id : id[..64] + "…")}'.");

    private static async Task<Reply<AcceptedView>> SteerAsync(string text, Func<ExecutionId, Task<Reply<ExecutionRecord>>> steer) =>
        ExecutionId.TryParse(text, out var id) ? (await steer(id)).Map(AcceptedView.Of) : Reply<AcceptedView>.Refused(Unknown(text));

    private async Task<Reply<FinishedRun>> RunAsync(Caller caller, SubmitCommand command, CancellationToken cancellationToken)
    {
        var agent = await _agents.FindAsync(caller.Tenant, command.Agent ?? "", cancellationToken);
        if (!agent.IsDone)
        {
            return Reply<FinishedRun>.Refused(agent.Refusal);
        }

        var linked = await _agents.LinkAsync(caller.Tenant, agent.Value.Definition, "$", cancellationToken);
        if (!linked.IsDone)
        {
            return Reply<FinishedRun>.Refused(linked.Refusal);
        }

        // Accepted is accepted, whether the caller stays to hear of it or not.
        var client = ClientOf(caller);
        var accepted = await client.SubmitAsync(command.For(linked.Value), CancellationToken.None);
        if (!accepted.IsDone)
        {
            return Reply<FinishedRun>.Refused(accepted.Refusal);
        }

        var id = accepted.Value.Id;
        try
        {
            return Reply<FinishedRun>.Done(new FinishedRun(agent.Value, await client.WaitAsync(id, cancellationToken)), accepted.IsReplayed);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new WaitEndedException(id, exception);
        }
        catch (KeyNotFoundException)
        {
            return Reply<FinishedRun>.Refused(RefusalCodes.ExecutionNotFound, $"The execution {id} was deleted while it ran.");
        }
    }

    private ExecutionClient ClientOf(Caller caller) => engine.For(caller.Tenant).As(caller.Principal);

    private sealed record FinishedRun(AgentRecord Agent, ExecutionResult Result);
}
