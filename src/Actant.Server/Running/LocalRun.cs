using System.Text.Json;
using Actant.Agents;
using Actant.Api;
using Actant.Definitions;
using Actant.Events;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Server.Running;

/// <summary>The one execution of this process, asked and steered by the operations that every way in uses.</summary>
internal sealed class LocalRun(ActantEngine engine, Caller caller)
{
    private static readonly TimeSpan s_lookAtChildren = TimeSpan.FromMilliseconds(250);

    private readonly ExecutionOperations _executions = new(engine, new AgentStore(engine));
    private readonly ThreadOperations _threads = new(engine);
    private AcceptedView? _accepted;

    private AcceptedView Accepted => _accepted ?? throw new InvalidOperationException("Nothing was accepted yet.");

    private string Id => Accepted.ExecutionId.ToString();

    private ExecutionClient Client => engine.For(caller.Tenant);

    public async Task<Reply<AcceptedView>> SubmitAsync(AgentDefinition agent, SubmitCommand command)
    {
        var reply = await _executions.SubmitAsync(caller, agent, command);
        _accepted = reply.Value;
        return reply;
    }

    public async IAsyncEnumerable<StreamEvent> EventsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feed = await _executions.FollowAsync(caller, new EventsCommand { Execution = Id }, cancellationToken);
        await foreach (var item in feed.Value!.EventsAsync(cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>Waits until it has ended, or until somebody must be asked: by it, or by a child, whose result it is then.</summary>
    public async Task<ExecutionResult> WaitAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var own = Client.WaitAsync(new ExecutionId(Accepted.ExecutionId), stop.Token);
        while (await Task.WhenAny(own, Task.Delay(s_lookAtChildren, TimeProvider.System, stop.Token)) != own)
        {
            if (await AskingChildAsync(cancellationToken) is { } asking)
            {
                await stop.CancelAsync();
                await ((Task)own).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return asking;
            }
        }

        return await own;
    }

    public Task<Reply<AcceptedView>> AnswerAsync(ExecutionId asking, string question, JsonElement answer, CancellationToken cancellationToken) =>
        _executions.ResumeAsync(
            caller, new ResumeCommand { Execution = asking.ToString(), Answers = new Dictionary<string, JsonElement> { [question] = answer } }, cancellationToken);

    public Task<Reply<AcceptedView>> CancelAsync(string reason) =>
        _executions.CancelAsync(caller, new CancelCommand { Execution = Id, Reason = reason }, CancellationToken.None);

    /// <summary>How far its thread has come.</summary>
    public async Task<long> PositionAsync(CancellationToken cancellationToken) =>
        (await _threads.GetAsync(caller, new ThreadCommand(Accepted.ThreadId), cancellationToken)).Value?.Position ?? 0;

    /// <summary>Whether an execution is this one, and not a child of it.</summary>
    public bool IsOwn(ExecutionId execution) => execution.Value == Accepted.ExecutionId;

    private async Task<ExecutionResult?> AskingChildAsync(CancellationToken cancellationToken)
    {
        var asking = new ExecutionFilter { Root = new ExecutionId(Accepted.ExecutionId), Status = ExecutionStatus.Interrupted };
        foreach (var child in (await Client.ListAsync(asking, null, StorageLimits.MaxItems, cancellationToken)).Items)
        {
            if (await Client.GetAsync(child.Id, cancellationToken) is { Record.Status: ExecutionStatus.Interrupted, Interrupts.Count: > 0 } result)
            {
                return result;
            }
        }

        return null;
    }
}
