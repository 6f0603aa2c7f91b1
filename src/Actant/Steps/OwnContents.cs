using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>
/// What a provider hears of a conversation: of answers that are its own, everything that it said, under the ids that it gave; of those
/// of others, only what all understand, under ours. An id of its own that is not the only one is nothing to tell calls apart by.
/// </summary>
internal static class OwnContents
{
    /// <summary>The messages as they are sent to a provider.</summary>
    public static IReadOnlyList<ChatMessage> Of(IReadOnlyList<ChatMessage> messages, string provider)
    {
        var first = 0;
        while (first < messages.Count && !IsOfProvider(messages[first]))
        {
            first++;
        }

        if (first == messages.Count)
        {
            return messages;
        }

        List<ChatMessage>? sent = null;
        var (ids, taken) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = first; i < messages.Count; i++)
        {
            var message = messages[i];
            var changed = message.Role == ChatRole.Assistant ? Answer(message, provider, ids, taken)
                : message.Role == ChatRole.Tool && ids.Count > 0 ? Results(message, ids) : null;
            if (changed is not null)
            {
                sent ??= [.. messages];
                sent[i] = changed;
            }
        }

        return sent ?? messages;
    }

    private static ChatMessage? Answer(ChatMessage message, string provider, Dictionary<string, string> ids, HashSet<string> taken)
    {
        if (!IsOfProvider(message))
        {
            return null;
        }

        // An id that stands twice tells no calls apart: then those of the answer are told by ours.
        var (isOwn, keepsIds) = (true, true);
        foreach (var content in message.Contents)
        {
            isOwn &= ProviderOf(content) is not { } other || other == provider;
            keepsIds &= content is not FunctionCallContent call || (VendorIdOf(call) is { } id && taken.Add(id));
        }

        keepsIds &= isOwn;
        var contents = new List<AIContent>(message.Contents.Count);
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call when isOwn:
                    var id = keepsIds ? ids[call.CallId] = VendorIdOf(call)! : call.CallId;
                    contents.Add(new FunctionCallContent(id, call.Name, call.Arguments) { AdditionalProperties = call.AdditionalProperties });
                    break;
                case FunctionCallContent call:
                    contents.Add(new FunctionCallContent(call.CallId, call.Name, call.Arguments)
                    {
                        AdditionalProperties = RawOf(call) is { } raw ? new() { [ModelCallProperties.RawArguments] = raw } : null,
                    });
                    break;
                case var other when isOwn || ProviderOf(other) is null:
                    contents.Add(other);
                    break;
            }
        }

        return new ChatMessage(message.Role, contents) { AuthorName = message.AuthorName, MessageId = message.MessageId };
    }

    private static ChatMessage? Results(ChatMessage message, Dictionary<string, string> ids) =>
        message.Contents.OfType<FunctionResultContent>().Any(result => ids.ContainsKey(result.CallId))
            ? new ChatMessage(message.Role, [.. message.Contents.Select(content => content is FunctionResultContent result && ids.TryGetValue(result.CallId, out var id)
                ? new FunctionResultContent(id, result.Result) : content)])
            : null;

    private static bool IsOfProvider(ChatMessage message)
    {
        for (var i = 0; i < message.Contents.Count; i++)
        {
            if (ProviderOf(message.Contents[i]) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static string? RawOf(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(ModelCallProperties.RawArguments, out string? raw) == true ? raw : null;

    private static string? ProviderOf(AIContent content) =>
        content.AdditionalProperties?.TryGetValue(ModelCallProperties.Provider, out string? provider) == true ? provider : null;

    private static string? VendorIdOf(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(ModelCallProperties.VendorId, out string? id) == true ? id : null;
}
