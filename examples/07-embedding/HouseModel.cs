using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Actant.Examples.Embedding;

/// <summary>
/// Stands for the chat client of any vendor: it knows nothing of Actant. It has the last word of a question looked up with the
/// first tool that it is offered, and repeats what it is told.
/// </summary>
public sealed class HouseModel : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var last = messages.Last();
        var result = last.Contents.OfType<FunctionResultContent>().FirstOrDefault();
        AIContent answer = result is not null
            ? new TextContent($"There are {result.Result}.")
            : new FunctionCallContent("call-1", options!.Tools![0].Name, new Dictionary<string, object?> { ["item"] = last.Text.TrimEnd('?').Split(' ')[^1] });
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [answer])) { ModelId = "house-1" });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // There is nothing to free.
    }
}
