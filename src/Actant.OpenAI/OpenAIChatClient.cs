using System.ClientModel;
using System.Runtime.CompilerServices;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Actant.OpenAI;

/// <summary>Asks a model through OpenAI's SDK.</summary>
internal sealed class OpenAIChatClient(ChatClient client, OpenAIRequest request, ModelEndpoint endpoint, VendorFailures failures, ModelKey? key)
    : VendorChatClient(endpoint, failures, client.Model, key)
{
    /// <inheritdoc />
    protected override async Task<ChatResponse> AskAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        ChatCompletion completion = await client.CompleteChatAsync(OpenAIRequest.Messages(messages, options), request.Options(options), cancellationToken);
        var contents = new List<AIContent>();
        var text = string.Concat(completion.Content.Select(static part => part.Text)) + completion.Refusal;
        if (text.Length > 0)
        {
            contents.Add(new TextContent(text));
        }

        var calls = new ToolCallAssembler();
        foreach (var (index, call) in completion.ToolCalls.Index())
        {
            calls.Add(index, call.Id, call.FunctionName, call.FunctionArguments?.ToString());
        }

        contents.AddRange(calls.Take(completion.Id));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = completion.Id })
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            FinishReason = Reason(completion.FinishReason),
            Usage = completion.Usage is { } usage ? Usage(usage) : null,
            RawRepresentation = completion,
        };
    }

    /// <inheritdoc />
    protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var calls = new ToolCallAssembler();
        var updates = client.CompleteChatStreamingAsync(OpenAIRequest.Messages(messages, options), request.Options(options), cancellationToken);
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            ThrowIfError(update);
            var contents = new List<AIContent>();
            var text = (update.ContentUpdate is [var part] ? part.Text : string.Concat(update.ContentUpdate.Select(static part => part.Text))) + update.RefusalUpdate;
            if (text.Length > 0)
            {
                contents.Add(new TextContent(text));
            }

            foreach (var call in update.ToolCallUpdates)
            {
                calls.Add(call.Index, call.ToolCallId, call.FunctionName, call.FunctionArgumentsUpdate?.ToString());
            }

            if (update.FinishReason is not null)
            {
                contents.AddRange(calls.Take(update.CompletionId));
            }

            // It comes last, in a chunk without choices.
            if (update.Usage is { } usage)
            {
                contents.Add(new UsageContent(Usage(usage)));
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
            {
                ResponseId = update.CompletionId,
                MessageId = update.CompletionId,
                ModelId = update.Model,
                FinishReason = update.FinishReason is { } reason ? Reason(reason) : null,
                RawRepresentation = update,
            };
        }
    }

    /// <inheritdoc />
    protected override Failure? FailureOf(Exception exception) =>
        exception is ClientResultException ? Failures.OfMalformed(exception.Message) : null;

    // Servers that fail in the middle of an answer say so in a chunk of its own, which the SDK has no word for.
    private void ThrowIfError(StreamingChatCompletionUpdate update)
    {
        if (update.Patch.Contains("$.error"u8))
        {
            var error = VendorError.Read($$"""{"error":{{update.Patch.GetJson("$.error"u8)}}}""");
            throw new ModelException(Failures.OfError(error));
        }
    }

    private static UsageDetails Usage(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
        ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount,
    };

    private static ChatFinishReason Reason(global::OpenAI.Chat.ChatFinishReason reason) => reason switch
    {
        global::OpenAI.Chat.ChatFinishReason.Length => ChatFinishReason.Length,
        global::OpenAI.Chat.ChatFinishReason.ContentFilter => ChatFinishReason.ContentFilter,
        global::OpenAI.Chat.ChatFinishReason.ToolCalls or global::OpenAI.Chat.ChatFinishReason.FunctionCall => ChatFinishReason.ToolCalls,
        _ => ChatFinishReason.Stop,
    };
}
