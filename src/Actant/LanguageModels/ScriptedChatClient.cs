using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>
/// A stand-in for a language model that says what its script says. Every answer is a function of the options, the messages, the
/// offered tools and the attempt (<see cref="ModelCallProperties.Attempt"/>), so a resumed execution gets the answer that the
/// interrupted one would have had.
/// </summary>
public sealed class ScriptedChatClient : IChatClient
{
    private const string SourceName = "scripted";
    private readonly IScript _script;
    private readonly TimeProvider _time;
    private readonly ChatClientMetadata _metadata;

    internal ScriptedChatClient(IScript script, string modelName, TimeProvider time)
    {
        _script = script;
        _time = time;
        _metadata = new ChatClientMetadata(SourceName, defaultModelId: modelName);
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);
        response.AdditionalProperties = new() { [ModelCallProperties.Source] = SourceName };
        return response;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = new ScriptedConversation(messages, options);
        var answer = _script.Answer(conversation) ?? throw new ModelException(NothingToSay(conversation));
        await WaitAsync(answer.Pace.Delay, cancellationToken);

        var fail = answer.Fail?.Hits(AttemptOf(options)) == true ? answer.Fail : null;
        var text = Cut(answer.Text, options?.MaxOutputTokens);
        var tokens = TokensOf(text);
        var most = fail is null ? tokens.Count : Math.Min(fail.AfterTokens, tokens.Count);
        for (var next = 0; next < most;)
        {
            await WaitAsync(answer.Pace.TokenDelay, cancellationToken);
            var last = Math.Min(next + answer.Pace.ChunkSize, most) - 1;
            var end = tokens[last].End.Value;
            yield return Update(conversation, new TextContent(text[tokens[next].Start..end]));
            next = last + 1;
        }

        if (fail is not null)
        {
            throw new ModelException(fail.Failure);
        }

        var calls = answer.ToolCalls.Select((call, index) => ToContent(call, $"call_{conversation.Turn}_{index}")).ToList();
        if (calls.Count > 0)
        {
            yield return Update(conversation, [.. calls]);
        }

        var final = Update(conversation, new UsageContent(Usage(conversation, text, calls, answer.Usage)));
        final.FinishReason = calls.Count > 0 ? ChatFinishReason.ToolCalls
            : text.Length < answer.Text.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;
        final.AdditionalProperties = new() { [ModelCallProperties.Source] = SourceName };
        yield return final;
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Holds nothing.</summary>
    public void Dispose()
    {
    }

    private static UsageDetails Usage(
        ScriptedConversation conversation, string text, List<FunctionCallContent> calls, ScriptedUsage? stated)
    {
        var input = stated?.InputTokens ?? conversation.CountTokens();
        var output = stated?.OutputTokens
            ?? ScriptedConversation.TokensOf(text.Length + calls.Sum(ScriptedConversation.CountCharacters));
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = (long)input + output,
            CachedInputTokenCount = stated?.CachedTokens,
        };
    }

    private static FunctionCallContent ToContent(ScriptedToolCall call, string id) => new(
        id, call.Name, call.Arguments.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value));

    private static int AttemptOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ModelCallProperties.Attempt, out int attempt) == true ? attempt : 1;

    private static string Cut(string text, int? maxOutputTokens)
    {
        if (maxOutputTokens is not { } max || max < 0 || text.Length <= max * 4L)
        {
            return text;
        }

        var length = max * 4;
        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    private static Failure NothingToSay(ScriptedConversation conversation) => new()
    {
        Code = ModelErrors.NoScript,
        Message = $"The scripted model has no answer number {conversation.Turn + 1}: no rule matches, the script has ended and "
            + "there is no default. Add a rule, a script step or a default to the model's options.",
    };

    /// <summary>Words, each with the white space before it; white space at the end is one more.</summary>
    private static List<Range> TokensOf(string text)
    {
        var tokens = new List<Range>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            tokens.Add(start..end);
            start = end;
        }

        return tokens;
    }

    private ChatResponseUpdate Update(ScriptedConversation conversation, params IList<AIContent> contents) => new()
    {
        Role = ChatRole.Assistant,
        Contents = contents,
        ModelId = _metadata.DefaultModelId,
        ResponseId = $"scripted_{conversation.Turn}",
        MessageId = $"scripted_{conversation.Turn}",
    };

    private Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(delay, _time, cancellationToken);
    }
}
