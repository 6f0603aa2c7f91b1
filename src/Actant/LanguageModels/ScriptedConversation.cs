using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>What the scripted model looks at in a request. Everything it says follows from this and its options.</summary>
internal sealed class ScriptedConversation
{
    // What needs a walk over all messages is found out when it is asked for: conversations are long.
    private readonly IReadOnlyList<ChatMessage> _messages;
    private int? _turn;

    public ScriptedConversation(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        _messages = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        LastRole = _messages.Count > 0 ? _messages[^1].Role.Value : "";
        AfterUser = _messages.Count;
        while (AfterUser > 0 && _messages[AfterUser - 1].Role != ChatRole.User)
        {
            AfterUser--;
        }

        LastUser = (_messages.LastOrDefault(IsOfUser) ?? _messages.ElementAtOrDefault(AfterUser - 1))?.Text ?? "";
        Instructions = options?.Instructions ?? "";
        var results = _messages.Count;
        while (results > 0 && _messages[results - 1].Role == ChatRole.Tool)
        {
            results--;
        }

        ToolResults = [.. _messages.Skip(results)
            .SelectMany(message => message.Contents.OfType<FunctionResultContent>()).Select(TextOf)];
        OfferedTools = options?.ToolMode is NoneChatToolMode ? [] : [.. options?.Tools?.Select(tool => tool.Name) ?? []];
    }

    /// <summary>The number of answers so far.</summary>
    public int Turn => _turn ??= _messages.Count(static message => message.Role == ChatRole.Assistant);

    public string LastRole { get; }

    public string LastUser { get; }

    public string System => field ??= string.Join('\n', _messages.Where(static message => message.Role == ChatRole.System)
        .Select(static message => message.Text).Prepend(Instructions));

    /// <summary>The results that the conversation ends with, in order.</summary>
    public IReadOnlyList<string> ToolResults { get; }

    public string LastTool => ToolResults.Count > 0 ? ToolResults[^1] : "";

    public IReadOnlyList<string> OfferedTools { get; }

    private int AfterUser { get; }

    private string Instructions { get; }

    /// <summary>The messages behind the last user message.</summary>
    public IEnumerable<ChatMessage> SinceUser => _messages.Skip(AfterUser);

    /// <summary>Four characters are a token, as a rule of thumb that gives the same count everywhere.</summary>
    public int CountTokens() => TokensOf(System.Length + _messages.Sum(CountCharacters));

    public static int TokensOf(int characters) => (characters + 3) / 4;

    public static int CountCharacters(FunctionCallContent call) =>
        call.Name.Length + (call.Arguments?.Sum(argument => argument.Key.Length + CountCharacters(argument.Value)) ?? 0);

    public static string TextOf(FunctionResultContent result) => TextOf(result.Result);

    private static string TextOf(object? value) => value switch
    {
        null => "null",
        string text => text,
        JsonElement element => JsonText.Of(element),
        IEnumerable<AIContent> parts => ResultParts.TextOf(parts),
        _ => JsonSerializer.Serialize(value, value.GetType(), ChatJson.Options),
    };

    // As long as TextOf, without making the text: long conversations are counted for every answer.
    private static int CountCharacters(object? value) => value switch
    {
        JsonElement { ValueKind: not JsonValueKind.String } element when JsonMarshal.GetRawUtf8Value(element) is var raw && raw.IndexOf("\\u"u8) < 0 => Encoding.UTF8.GetCharCount(raw),
        _ => TextOf(value).Length,
    };

    // What another node has said is told in the user's role.
    private static bool IsOfUser(ChatMessage message) =>
        message.Role == ChatRole.User && message.AdditionalProperties?.ContainsKey(ModelCallProperties.ToldOf) != true;

    // System messages are in System already.
    private static int CountCharacters(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            return 0;
        }

        var count = 0;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            count += CountCharacters(message.Contents[i]);
        }

        return count;
    }

    private static int CountCharacters(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        FunctionCallContent call => CountCharacters(call),
        FunctionResultContent result => CountCharacters(result.Result),
        _ => 0,
    };
}
