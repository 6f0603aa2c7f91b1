using System.Runtime.CompilerServices;
using Actant.Definitions;
using Actant.LanguageModels;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>
/// Calls a model through the chat client of Anthropic's SDK, and mends what that one leaves out: settings of sampling, schemas
/// of tools as they are, input tokens that only the start of a stream tells, the usage of streams that break, and the text of
/// arguments that are no JSON.
/// </summary>
internal sealed class AnthropicChatClient(
    IChatClient inner, ModelDefinition model, AnthropicModelOptions own, ModelEndpoint endpoint, VendorFailures failures, ModelKey? key)
    : VendorChatClient(endpoint, failures, model.ModelName, key)
{
    /// <inheritdoc />
    protected override async Task<ChatResponse> CallAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        var response = await inner.GetResponseAsync(Merge(messages), Complete(options), cancellationToken);
        if (response.RawRepresentation is global::Anthropic.Models.Messages.Message { Usage: { } usage })
        {
            response.Usage = new TokenCounts(usage).ToDetails();
        }

        if (response.RawRepresentation is global::Anthropic.Models.Messages.Message { StopReason: { } reason })
        {
            response.FinishReason = ReasonOf(reason.Raw());
        }

        return response;
    }

    /// <inheritdoc />
    protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var counted = new TokenCounts();
        var open = new OpenToolUses(Failures);
        string? reason = null;
        var hasEnded = false;
        await foreach (var update in inner.GetStreamingResponseAsync(Merge(messages), Complete(options), cancellationToken))
        {
            // The SDK's sum forgets what only the start of the stream said.
            var contents = update.Contents.Where(static content => content is not UsageContent).ToList();
            var raw = update.RawRepresentation as RawMessageStreamEvent;
            if (Counts(raw?.Value, counted) is { } counts)
            {
                contents.Add(new UsageContent((counts - counted).ToDetails()));
                counted = counts;
            }

            open.Read(raw?.Value, contents);
            if ((raw?.Value as RawMessageDeltaEvent)?.Delta.StopReason is { } given)
            {
                reason = FinishReasons.Stricter(reason, FinishReasons.Of(given.Raw()));
            }

            hasEnded |= raw?.Value is RawMessageStopEvent;
            update.FinishReason = update.FinishReason is null && raw?.Value is not RawMessageDeltaEvent ? null
                : reason is null ? update.FinishReason : new ChatFinishReason(reason);

            update.Contents = contents;
            yield return update;
        }

        // Without a reason, and without its last event, the stream broke off, and nothing in it is whole.
        if (reason is null && !hasEnded)
        {
            yield break;
        }

        var rest = open.Complete(reason ?? FinishReasons.Stop);
        if (rest.Count > 0 || reason is null)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, rest)
            {
                FinishReason = reason is not null ? null : new ChatFinishReason(open.HasCalls ? FinishReasons.ToolCalls : FinishReasons.Stop),
            };
        }
    }

    /// <inheritdoc />
    protected override Failure? FailureOf(Exception exception) => exception switch
    {
        AnthropicSseException broken => Failures.OfError(VendorError.Read(Quoted(broken.Message))),
        AnthropicIOException => Failures.OfBrokenStream(exception.Message),
        AnthropicException => Failures.OfMalformed(exception.Message),
        _ => null,
    };

    // The SDK quotes the event in its message.
    private static string Quoted(string message)
    {
        var start = message.IndexOf('{', StringComparison.Ordinal);
        var end = message.LastIndexOf('}');
        return start >= 0 && end > start ? message[start..(end + 1)] : message;
    }

    // The SDK's client knows no refusal, and takes what it does not know for a good end.
    private static ChatFinishReason? ReasonOf(string? said) => FinishReasons.Of(said) is { } reason ? new ChatFinishReason(reason) : null;

    private static TokenCounts? Counts(object? streamed, TokenCounts before) => streamed switch
    {
        RawMessageStartEvent { Message.Usage: { } usage } => new TokenCounts(usage),
        RawMessageDeltaEvent { Usage: { } usage } => before.With(usage),
        _ => null,
    };

    /// <summary>The results of one answer's calls belong into one message, and instructions before the conversation: inside it there is no such role.</summary>
    private IEnumerable<ChatMessage> Merge(IReadOnlyList<ChatMessage> messages)
    {
        ChatMessage? results = null;
        foreach (var message in messages.OrderBy(static message => message.Role != ChatRole.System))
        {
            // The SDK's client leaves out what it does not know.
            if (message.Contents.FirstOrDefault(static content => !IsTaken(content)) is { } foreign)
            {
                throw new ModelException(Failures.OfPart((foreign as DataContent)?.MediaType ?? (foreign as UriContent)?.MediaType ?? foreign.GetType().Name));
            }

            if (message.Role != ChatRole.Tool)
            {
                if (results is not null)
                {
                    yield return results;
                    results = null;
                }

                yield return Named(message);
            }
            else
            {
                results = new ChatMessage(ChatRole.Tool, [.. results?.Contents ?? [], .. message.Contents.Select(Taken)]);
            }
        }

        if (results is not null)
        {
            yield return results;
        }
    }

    /// <summary>The message with names of calls that the interface takes.</summary>
    private static ChatMessage Named(ChatMessage message)
    {
        if (!message.Contents.Any(static content => content is FunctionCallContent call && CallNames.Of(call.Name) != call.Name))
        {
            return message;
        }

        var named = message.Clone();
        named.Contents = [.. message.Contents.Select(static content => content is not FunctionCallContent call ? content
            : new FunctionCallContent(call.CallId, CallNames.Of(call.Name), call.Arguments) { AdditionalProperties = call.AdditionalProperties, RawRepresentation = call.RawRepresentation })];
        return named;
    }

    /// <summary>A result with its parts as blocks; those that the interface does not take there are named.</summary>
    private static AIContent Taken(AIContent content) => content is FunctionResultContent result && ResultParts.Of(result) is { } parts
        ? new FunctionResultContent(result.CallId, parts.Select(static part => IsTaken(part) ? part : new TextContent(ResultParts.Named(part))).ToList())
        {
            AdditionalProperties = result.AdditionalProperties,
        }
        : content;

    private static bool IsTaken(AIContent content) => content switch
    {
        DataContent data => data.HasTopLevelMediaType("image") || data.MediaType == "application/pdf",
        UriContent uri => uri.HasTopLevelMediaType("image") || uri.MediaType == "application/pdf",
        HostedFileContent => false,
        _ => true,
    };

    // What a call says goes before what the definition says.
    private ChatOptions Complete(ChatOptions options)
    {
        var complete = options.Clone();
        complete.StopSequences ??= model.Stop.Count > 0 ? [.. model.Stop] : null;
        complete.RawRepresentationFactory = _ => AnthropicRequest.Begin(
            options.ModelId ?? model.ModelName,
            options.MaxOutputTokens ?? model.MaxOutputTokens,
            options.Temperature ?? model.Temperature,
            options.TopP ?? model.TopP,
            options.TopK ?? own.TopK);
        if (complete.Tools is { Count: > 0 } tools)
        {
            complete.Tools = [.. tools.Select(AnthropicRequest.Tool)];
            complete.ToolMode ??= own.ToolChoice ?? (own.ParallelToolCalls is null ? null : ChatToolMode.Auto);
            complete.AllowMultipleToolCalls ??= own.ParallelToolCalls;
        }

        return complete;
    }
}
