using System.Text.Json;
using Actant.Agents;
using Actant.Api;
using Actant.Definitions;
using Actant.Events;
using Actant.Executions;

namespace Actant.Server.Running;

/// <summary>The one execution of this process, asked and steered by the operations that every way in uses.</summary>
internal sealed class LocalRun(ActantEngine engine, Caller caller)
{
    private readonly ExecutionOperations _executions = new(engine, new AgentStore(engine));
    private readonly ThreadOperations _threads = new(engine);
    private AcceptedView? _accepted;

    private AcceptedView Accepted => _accepted ?? throw new InvalidOperationException("Nothing was accepted yet.");

    private string Id => Accepted.ExecutionId.ToString();

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

    public Task<ExecutionResult> WaitAsync(CancellationToken cancellationToken) =>
        engine.For(caller.Tenant).WaitAsync(new ExecutionId(Accepted.ExecutionId), cancellationToken);

    public Task<Reply<AcceptedView>> AnswerAsync(string question, JsonElement answer, CancellationToken cancellationToken) =>
        _executions.ResumeAsync(caller, new ResumeCommand { Execution = Id, Answers = new Dictionary<string, JsonElement> { [question] = answer } }, cancellationToken);

    public Task<Reply<AcceptedView>> CancelAsync(string reason) =>
        _executions.CancelAsync(caller, new CancelCommand { Execution = Id, Reason = reason }, CancellationToken.None);

    /// <summary>How far its thread has come.</summary>
    public async Task<long> PositionAsync(CancellationToken cancellationToken) =>
        (await _threads.GetAsync(caller, new ThreadCommand(Accepted.ThreadId), cancellationToken)).Value?.Position ?? 0;
}
