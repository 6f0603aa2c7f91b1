using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Actant.OpenAI;

/// <summary>Calls a model through OpenAI's SDK, and reads the answer itself: servers that speak like OpenAI say more than the SDK knows.</summary>
internal sealed class OpenAIChatClient(ChatClient client, OpenAIRequest request, ModelEndpoint endpoint, VendorFailures failures, ModelKey? key)
    : VendorChatClient(endpoint, failures, client.Model, key)
{
    private const string Done = "[DONE]";

    /// <inheritdoc />
    protected override async Task<ChatResponse> CallAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        using var body = request.Body(client.Model, messages, options, streamed: false);
        var result = await client.CompleteChatAsync(body, new RequestOptions { CancellationToken = cancellationToken });
        return WholeOf(result.GetRawResponse().Content.ToString());
    }

    /// <inheritdoc />
    protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var body = request.Body(client.Model, messages, options, streamed: true);
        var how = new RequestOptions { CancellationToken = cancellationToken, BufferResponse = false };
        how.SetHeader("Accept", "text/event-stream");
        var result = await client.CompleteChatAsync(body, how);
        using var response = result.GetRawResponse();
        if (response.Headers.TryGetValue("Content-Type", out var type) && type == VendorHandler.Json)
        {
            // Not a stream, though one was asked for: a whole answer, or an error under a status that says all is well.
            using var whole = new StreamReader(response.ContentStream!);
            foreach (var update in UpdatesOf(await whole.ReadToEndAsync(cancellationToken)))
            {
                yield return update;
            }

            yield break;
        }

        var answer = new OpenAIAnswer(Failures);
        await foreach (var item in SseParser.Create(response.ContentStream!).EnumerateAsync(cancellationToken))
        {
            if (item.Data.AsSpan().Trim().SequenceEqual(Done))
            {
                if (answer.Complete() is { } end)
                {
                    yield return end;
                }

                break;
            }

            if (item.Data.Length > 0)
            {
                yield return answer.Read(item.Data);
            }
        }

        if (answer.Rest() is { } rest)
        {
            yield return rest;
        }
    }

    /// <inheritdoc />
    protected override Failure? FailureOf(Exception exception) =>
        exception is ClientResultException ? Failures.OfMalformed(exception.Message) : null;

    private ChatResponse WholeOf(string json) => UpdatesOf(json).ToChatResponse();

    // One by one: what the first counts is counted, also where the answer cannot be used.
    private IEnumerable<ChatResponseUpdate> UpdatesOf(string json)
    {
        var answer = new OpenAIAnswer(Failures);
        yield return answer.Read(json);
        if (answer.Complete() is { } end)
        {
            yield return end;
        }

        if (answer.Rest() is { } rest)
        {
            yield return rest;
        }
    }
}
