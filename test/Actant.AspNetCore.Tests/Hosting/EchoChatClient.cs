using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Actant.AspNetCore.Tests.Hosting;

/// <summary>A model that knows nothing of Actant: calls the first tool with what it is told, and repeats what comes of it.</summary>
internal sealed class EchoChatClient : IChatClient
{
    public ConcurrentQueue<string?> Models { get; } = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Models.Enqueue(options?.ModelId);
        var last = messages.Last();
        var result = last.Contents.OfType<FunctionResultContent>().FirstOrDefault();
        AIContent content = result is not null ? new TextContent($"There are {result.Result}.")
            : options?.Tools is [{ Name: var tool }, ..] ? new FunctionCallContent("call-1", tool, new Dictionary<string, object?> { ["item"] = last.Text })
            : new TextContent(last.Text);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [content])));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => StreamAsync(messages, options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // Nothing to free.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }
}
