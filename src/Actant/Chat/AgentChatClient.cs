using System.Runtime.CompilerServices;
using Actant.Definitions;
using Actant.Events;
using Actant.Executions;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>
/// An agent as a chat client. A conversation is a thread: send new messages only, with the conversation id of the last
/// response; without one each request begins a thread. What the definition says of models and tools holds, so options other
/// than <see cref="ChatOptions.ConversationId"/> and <see cref="ChatOptions.Instructions"/> have no effect, and tools in the
/// options are refused. Whoever stops reading or cancels ends the execution.
/// </summary>
/// <remarks>
/// A question to a person ends the response with a <see cref="ToolApprovalRequestContent"/> or an
/// <see cref="InterruptRequestContent"/> and the finish reason <c>tool_calls</c>; its answer in a message on the same
/// conversation lets the execution go on. An execution that fails is a <see cref="ModelException"/> with its failure.
/// </remarks>
public sealed class AgentChatClient : IChatClient
{
    private const string GivenUp = "the caller gave up";

    private readonly ActantEngine _engine;
    private readonly ExecutionClient _client;
    private readonly Func<CancellationToken, ValueTask<AgentDefinition>> _find;
    private readonly ChatClientMetadata _metadata;
    private readonly string? _thread;

    /// <summary>A client of a definition.</summary>
    /// <param name="engine">Where it runs; must be started.</param>
    /// <param name="agent">The agent, validated, and linked if agents are among its tools.</param>
    /// <param name="thread">The conversation of requests that name none; each begins its own if absent.</param>
    /// <param name="tenant">On whose behalf.</param>
    public AgentChatClient(ActantEngine engine, AgentDefinition agent, string? thread = null, TenantId? tenant = null)
        : this(engine, agent.Name, _ => new(agent), thread, tenant)
    {
    }

    /// <summary>A client of an agent by its name: each request takes the agent as it is then.</summary>
    /// <param name="engine">Where it runs; must be started.</param>
    /// <param name="agents">Where it is found, and the agents that it calls.</param>
    /// <param name="name">Its name.</param>
    /// <param name="thread">The conversation of requests that name none; each begins its own if absent.</param>
    /// <param name="tenant">On whose behalf.</param>
    public AgentChatClient(ActantEngine engine, IAgentCatalogue agents, string name, string? thread = null, TenantId? tenant = null)
        : this(engine, name, token => FindAsync(engine, agents, name, tenant ?? TenantId.Default, token), thread, tenant)
    {
    }

    private AgentChatClient(ActantEngine engine, string name, Func<CancellationToken, ValueTask<AgentDefinition>> find, string? thread, TenantId? tenant)
    {
        _engine = engine;
        _client = engine.For(tenant ?? TenantId.Default);
        _find = find;
        _metadata = new ChatClientMetadata("actant", defaultModelId: name);
        _thread = thread;
    }

    /// <inheritdoc />
    /// <exception cref="ModelException">The execution failed, was cancelled by somebody else, or was not accepted.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // A caller may have a SynchronizationContext; nothing below may depend on it.
        var updates = await Task.Run(() => CollectAsync(messages, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        return updates.ToChatResponse();
    }

    /// <inheritdoc />
    /// <exception cref="ModelException">The execution failed, was cancelled by somebody else, or was not accepted.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync(messages, options, isLive: true, cancellationToken);

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType == typeof(ActantEngine) ? _engine
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Does nothing: the engine is not the client's.</summary>
    public void Dispose()
    {
        // The engine belongs to whoever made it.
    }

    private static async ValueTask<AgentDefinition> FindAsync(
        ActantEngine engine, IAgentCatalogue agents, string name, TenantId tenant, CancellationToken cancellationToken)
    {
        var agent = await agents.FindAsync(tenant, name, cancellationToken)
            ?? throw new ModelException(new Failure { Code = "agent_not_found", Message = $"There is no agent '{name}'." });
        var linked = await engine.LinkAsync(tenant, agent, agents, cancellationToken);
        return linked.Definition ?? throw new DefinitionException(linked.Problems);
    }

    private static ModelException Refused(Refusal refusal) => new(new Failure
    {
        Code = refusal.Code,
        Message = $"{refusal.Message} {string.Join(' ', (refusal.Errors ?? []).Select(error => $"{error.Path}: {error.Message}"))}".TrimEnd(),
    });

    private async Task<List<ChatResponseUpdate>> CollectAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in ReadAsync(messages, options, isLive: false, cancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool isLive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new NotSupportedException("An agent calls the tools of its definition: add them with AddTool, and name them there.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        List<ChatMessage> sent = [.. messages];
        var agent = await _find(cancellationToken);
        var (execution, thread, after) = ChatAnswers.Of(sent) is { Count: > 0 } answers
            ? await ResumeAsync(answers, options, cancellationToken)
            : await SubmitAsync(agent, sent, options);
        var hasEnded = false;
        try
        {
            var updates = new ChatUpdates(execution, thread, agent);
            await foreach (var item in new ChatEvents(_client, execution, thread).ReadAsync(after, cancellationToken))
            {
                if (!isLive && item is not StreamEvent.Stored)
                {
                    continue;
                }

                foreach (var update in updates.Of(item))
                {
                    yield return update;
                }
            }

            hasEnded = true;
            if (updates.Failure is { } failure)
            {
                throw new ModelException(failure);
            }

            yield return updates.Total();
        }
        finally
        {
            if (!hasEnded)
            {
                await _client.CancelAsync(execution, GivenUp, CancellationToken.None);
            }
        }
    }

    private async Task<(ExecutionId Execution, string Thread, EventId? After)> SubmitAsync(AgentDefinition agent, List<ChatMessage> messages, ChatOptions? options)
    {
        // Not cancelled half-way: nobody would know then whether there is an execution.
        var request = new SubmitRequest { Definition = agent, Input = ChatInput.Of(messages, options?.Instructions), Thread = options?.ConversationId ?? _thread };
        var reply = await _client.SubmitAsync(request, CancellationToken.None);
        return reply.IsDone ? (reply.Value.Id, reply.Value.Thread.Thread, null) : throw Refused(reply.Refusal);
    }

    private async Task<(ExecutionId Execution, string Thread, EventId? After)> ResumeAsync(
        IReadOnlyDictionary<string, System.Text.Json.JsonElement> answers, ChatOptions? options, CancellationToken cancellationToken)
    {
        var thread = options?.ConversationId ?? _thread
            ?? throw new ArgumentException("An answer needs the conversation id of the response that asked.", nameof(options));
        var state = await _client.GetStateAsync(thread, null, cancellationToken);
        if (state?.Execution is not { } execution)
        {
            throw Refused(new Refusal("interrupt_not_found", $"Nothing waits for an answer in the conversation '{thread}'."));
        }

        var reply = await _client.ResumeAsync(execution, new ResumeRequest { Answers = answers }, CancellationToken.None);
        return reply.IsDone ? (execution, thread, new EventId(state.Position, 0)) : throw Refused(reply.Refusal);
    }
}
