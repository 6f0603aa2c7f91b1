using System.Text.Json;
using Actant.Definitions;
using Actant.Events;
using Actant.Graphs;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>
/// Events of one execution as updates of a chat. Only what its output nodes say is the agent's answer; sub-agents and the
/// nodes before them work in silence. Tokens and money are counted for all.
/// </summary>
internal sealed class ChatUpdates(ExecutionId execution, string thread, AgentDefinition agent)
{
    private readonly HashSet<string> _outputs = [.. Graph.Compile(agent.Graph).Nodes.Where(node => node.IsOutput).Select(node => node.Name)];
    private readonly Dictionary<string, Said> _said = [];
    private Usage _usage;
    private decimal _cost;
    private string? _model;
    private string? _finish;
    private Message? _last;

    /// <summary>How it ended, if that was not well.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded { get; private set; }

    public IEnumerable<ChatResponseUpdate> Of(StreamEvent item) => item switch
    {
        StreamEvent.DeltaPublished { Delta: { Path: "" } delta } when IsOutput(delta.Activation) && delta.Offset >= SaidIn(delta.MessageId).Length => [Delta(delta)],
        StreamEvent.AnswerRestarted { Delta: { Path: "" } delta } when _said.ContainsKey(delta.MessageId) => Restart(delta),
        StreamEvent.Stored stored => Of(stored.Entry),
        _ => [],
    };

    /// <summary>What a stored entry adds to what was said already.</summary>
    public IEnumerable<ChatResponseUpdate> Of(Entry entry)
    {
        switch (entry.Payload)
        {
            case ModelAnswered answered:
                _usage += answered.Usage;
                _cost += answered.CostUsd;
                _last = entry.Path.Length == 0 ? answered.Message : _last;
                return IsOwn(entry) ? Answer(answered) : [];
            case AttemptFailed failed:
                _usage += failed.Usage ?? default;
                _cost += failed.CostUsd;
                return [];
            case ToolFinished finished when IsOwn(entry):
                var result = finished is { HasParts: true, Output: { } parts } ? MessageParts.Contents(parts).ToList()
                    : finished.Output is { } output ? (object)output : finished.Failure?.Message;
                return [Update(ChatRole.Tool, new FunctionResultContent(finished.CallId, result), $"{execution}/{finished.CallId}")];
            case Interrupted { Interrupt: var question }:
                return [Update(ChatRole.Assistant, Request(question), question.Id)];
            case ExecutionCompleted completed:
                HasEnded = true;
                return End(completed);
            case ExecutionFailed failed:
                HasEnded = true;
                Failure = failed.Failure;
                return [];
            case ExecutionTimedOut:
                HasEnded = true;
                Failure = new Failure { Code = "execution_timed_out", Message = $"Execution {execution} has passed its deadline." };
                return [];
            case ExecutionCancelled cancelled:
                HasEnded = true;
                Failure = ExecutionCancelled.FailureOf(execution.ToString(), cancelled.Reason);
                return [];
            default:
                return [];
        }
    }

    /// <summary>The last update: what it all took.</summary>
    public ChatResponseUpdate Total()
    {
        var details = new UsageDetails
        {
            InputTokenCount = _usage.Input,
            OutputTokenCount = _usage.Output,
            TotalTokenCount = _usage.Total,
            CachedInputTokenCount = _usage.Cached,
            ReasoningTokenCount = _usage.Reasoning,
        };
        var update = Update(ChatRole.Assistant, new UsageContent(details), null);
        update.FinishReason = HasEnded ? new ChatFinishReason(_finish ?? ChatFinishReason.Stop.Value) : ChatFinishReason.ToolCalls;
        update.AdditionalProperties = new() { ["actant.cost_usd"] = _cost };
        return update;
    }

    private IEnumerable<ChatResponseUpdate> Answer(ModelAnswered answered)
    {
        _model = answered.Model;
        _finish = answered.FinishReason;
        var said = SaidIn(answered.Message.Id!);
        var text = answered.Message.Text;
        if (text.Length > said.Length)
        {
            // Said where nobody streamed it to us, or before we came.
            yield return Update(ChatRole.Assistant, new TextContent(text[said.Length..]), said.MessageId);
            said.Length = text.Length;
        }

        foreach (var call in answered.Message.ToolCalls ?? [])
        {
            yield return Update(ChatRole.Assistant, CallOf(call.Id, call.Name, call.Arguments, isInformation: true), said.MessageId);
        }
    }

    private IEnumerable<ChatResponseUpdate> End(ExecutionCompleted completed)
    {
        // An output that is no message, or the message of a node that is no output.
        var text = completed.MessageId is { } message
            ? _said.ContainsKey(message) || _last?.Id != message ? "" : _last.Text
            : completed.Output.ValueKind switch
            {
                JsonValueKind.Undefined => "",
                JsonValueKind.String => completed.Output.GetString()!,
                _ => JsonText.Of(completed.Output),
            };
        if (text.Length > 0)
        {
            yield return Update(ChatRole.Assistant, new TextContent(text), $"{execution}/output");
        }
    }

    private ChatResponseUpdate Delta(AnswerDelta delta)
    {
        var said = SaidIn(delta.MessageId);
        said.Length = delta.Offset + delta.Text.Length;
        return Update(ChatRole.Assistant, new TextContent(delta.Text), said.MessageId);
    }

    /// <summary>What was said cannot be taken back: the next attempt is another message, and this one is named as void.</summary>
    private IEnumerable<ChatResponseUpdate> Restart(AnswerDelta delta)
    {
        var given = SaidIn(delta.MessageId);
        if (given.Length > 0)
        {
            var update = Update(ChatRole.Assistant, null, $"{delta.MessageId}/{delta.Attempt}");
            update.AdditionalProperties = new() { ["actant.void_message"] = given.MessageId };
            _said[delta.MessageId] = new Said($"{delta.MessageId}/{delta.Attempt}");
            yield return update;
        }
    }

    private Said SaidIn(string messageId)
    {
        if (!_said.TryGetValue(messageId, out var said))
        {
            said = new Said(messageId);
            _said.Add(messageId, said);
        }

        return said;
    }

    private bool IsOwn(Entry entry) => entry.Path.Length == 0 && IsOutput(entry.Activation);

    private bool IsOutput(string? activation) => activation is not null && _outputs.Contains(activation.Split('#', 2)[0]);

    private static AIContent Request(Interrupt question) => question is { Reason: InterruptReasons.ToolApproval, CallId: { } call, Tool: { } tool }
        ? new ToolApprovalRequestContent(question.Id, CallOf(call, tool, question.Arguments ?? default, isInformation: false))
        : new InterruptRequestContent(question);

    private static FunctionCallContent CallOf(string id, string name, JsonElement arguments, bool isInformation) => new(
        id,
        name,
        arguments.ValueKind == JsonValueKind.Object
            ? arguments.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal)
            : [])
    {
        InformationalOnly = isInformation,
    };

    private ChatResponseUpdate Update(ChatRole role, AIContent? content, string? messageId) => new(role, content is null ? [] : [content])
    {
        MessageId = messageId,
        ResponseId = execution.ToString(),
        ConversationId = thread,
        AuthorName = agent.Name,
        ModelId = _model,
    };

    /// <summary>How much of a message was given out, and under which id.</summary>
    private sealed class Said(string messageId)
    {
        public string MessageId { get; } = messageId;

        public int Length { get; set; }
    }
}
