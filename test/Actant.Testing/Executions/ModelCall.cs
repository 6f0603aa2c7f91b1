using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Testing.Executions;

/// <summary>One call of a <see cref="GatedModel"/>: says nothing until the test lets it.</summary>
public sealed class ModelCall(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken token)
{
    private readonly Channel<ChatResponseUpdate> _updates = Channel.CreateUnbounded<ChatResponseUpdate>();
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ChatMessage> Messages => messages;

    public ChatOptions? Options => options;

    /// <summary>From 1, as the engine says.</summary>
    public int Attempt => options?.AdditionalProperties?.TryGetValue(ModelCallProperties.Attempt, out int attempt) == true ? attempt : 0;

    public string System => string.Join('\n', messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text));

    public string LastText => messages.Count > 0 ? messages[^1].Text : "";

    /// <summary>The engine's token for this call.</summary>
    public CancellationToken Token => token;

    /// <summary>Ends when the engine has cancelled the call.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken);

    /// <summary>The text that was streamed until now.</summary>
    public string Said { get; private set; } = "";

    /// <summary>Streams a delta of text.</summary>
    public void Say(string text)
    {
        Said += text;
        _updates.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, text));
    }

    /// <summary>Demands a tool call.</summary>
    public void Demand(string id, string tool, params IEnumerable<(string Name, object? Value)> arguments) =>
        _updates.Writer.TryWrite(new ChatResponseUpdate(
            ChatRole.Assistant,
            [new FunctionCallContent(id, tool, arguments.ToDictionary(pair => pair.Name, pair => (object?)JsonSerializer.SerializeToElement(pair.Value)))]));

    /// <summary>Demands a tool call with one argument, <c>x</c>, as it is.</summary>
    public void Demand(string id, string tool, JsonElement argument) => _updates.Writer.TryWrite(new ChatResponseUpdate(
        ChatRole.Assistant, [new FunctionCallContent(id, tool, new Dictionary<string, object?> { ["x"] = argument })]));

    /// <summary>Ends the stream, after a last delta.</summary>
    public void Finish(string text = "")
    {
        if (text.Length > 0)
        {
            Say(text);
        }

        _updates.Writer.TryWrite(new ChatResponseUpdate { Contents = [new UsageContent(new UsageDetails { InputTokenCount = 2, OutputTokenCount = 1 })] });
        _updates.Writer.TryComplete();
    }

    /// <summary>Says anything else.</summary>
    public void Give(AIContent content) => _updates.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, [content]));

    /// <summary>Tells what was counted so far.</summary>
    public void Count(long input, long output) => _updates.Writer.TryWrite(
        new ChatResponseUpdate { Contents = [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output })] });

    /// <summary>Ends the stream and says why, in a vendor's word.</summary>
    public void FinishFor(string reason)
    {
        _updates.Writer.TryWrite(new ChatResponseUpdate { FinishReason = new ChatFinishReason(reason) });
        Finish();
    }

    /// <summary>Demands one call without arguments, and ends the answer.</summary>
    public void FinishWithCall(string id, string tool)
    {
        Demand(id, tool);
        Finish();
    }

    /// <summary>Breaks the stream.</summary>
    public void Fail(string code, bool transient = true, long? retryAfterMs = null) => _updates.Writer.TryComplete(
        new ModelException(new Failure { Code = code, Message = $"The test says {code}.", Transient = transient, RetryAfterMs = retryAfterMs }));

    /// <summary>Breaks the stream as a client of one's own would.</summary>
    public void Throw(Exception exception) => _updates.Writer.TryComplete(exception);

    internal async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(bool honoursToken, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not disposed of: the reader below hears of a cancel first, and would take the registration back before it ran.
        cancellationToken.Register(() => _cancelled.TrySetResult());
        await foreach (var update in _updates.Reader.ReadAllAsync(honoursToken ? cancellationToken : CancellationToken.None))
        {
            yield return update;
        }
    }
}
