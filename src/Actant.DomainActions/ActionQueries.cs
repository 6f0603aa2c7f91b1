using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Api;

namespace Actant.DomainActions;

/// <summary>Answers questions about agents and conversations.</summary>
internal sealed class ActionQueries(ActantOperations operations)
{
    private const int DefaultMessages = 50;
    private const int MostMessages = 1_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The answer.</summary>
    public async Task<(JsonElement Data, Refusal? Refusal)> AskAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_patience);
        try
        {
            return action.Type switch
            {
                ActionTypes.AgentConfig => await AgentAsync(caller, action, late.Token),
                ActionTypes.History => await HistoryAsync(caller, action, late.Token),
                _ => await ContextAsync(caller, action, late.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, new Refusal(DomainActionErrors.ActionTimeout, $"It was not there within {s_patience.TotalSeconds} s. Ask again later, or for less."));
        }
    }

    private async Task<(JsonElement Data, Refusal? Refusal)> AgentAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var fields = new JsonFields(action.Payload, "$.payload");
        if (Needed(fields, "agent_id") is not { } agent)
        {
            return (default, fields.Errors.Refusal);
        }

        var reply = await operations.Agents.GetAsync(caller, new AgentCommand(agent), cancellationToken);
        return reply.IsDone ? (JsonSerializer.SerializeToElement(reply.Value, Operations.GetAgent.Json), null) : (default, reply.Refusal);
    }

    private async Task<(JsonElement Data, Refusal? Refusal)> HistoryAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var (state, refusal) = await StateAsync(caller, action, cancellationToken);
        if (state is null)
        {
            return (default, refusal);
        }

        var history = new JsonObject { ["session_id"] = state["thread_id"]!.DeepClone(), ["messages"] = state["messages"]!.DeepClone() };
        return (JsonSerializer.SerializeToElement(history, NodeJson.Wire.JsonObject), null);
    }

    private async Task<(JsonElement Data, Refusal? Refusal)> ContextAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var (state, refusal) = await StateAsync(caller, action, cancellationToken);
        if (state is null)
        {
            return (default, refusal);
        }

        state["session_id"] = state["thread_id"]!.DeepClone();
        state.Remove("thread_id");
        return (JsonSerializer.SerializeToElement(state, NodeJson.Wire.JsonObject), null);
    }

    /// <summary>The state of a conversation, with its last messages.</summary>
    private async Task<(JsonObject? State, Refusal? Refusal)> StateAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var fields = new JsonFields(action.Payload, "$.payload");
        var limit = (int?)fields.Number("limit", 1, MostMessages) ?? DefaultMessages;
        if (Needed(fields, "session_id") is not { } session || fields.Errors.Refusal is not null)
        {
            return (null, fields.Errors.Refusal);
        }

        var reply = await operations.Threads.GetStateAsync(caller, new ThreadStateCommand { Thread = session }, cancellationToken);
        return reply.IsDone
            ? (JsonSerializer.SerializeToNode(reply.Value with { Messages = [.. reply.Value.Messages.TakeLast(limit)] }, Operations.GetThreadState.Json)!.AsObject(), null)
            : (null, reply.Refusal);
    }

    private static string? Needed(JsonFields fields, string name)
    {
        fields.RequiredValue(name);
        return fields.Name(name);
    }
}
