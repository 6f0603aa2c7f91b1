using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>The part of a scope's conversation that an activation sees.</summary>
internal static class Conversation
{
    /// <summary>
    /// What was said before the activation began, by inputs and by activations that had ended, and what it said itself: the
    /// half-said answers of branches that run beside it are none of its business.
    /// </summary>
    /// <returns>The hashes of all of it, and how many older messages were left out.</returns>
    public static (MessageHashes Hashes, int Trimmed) AddTo(List<ChatMessage> messages, ActivationView view)
    {
        var all = view.Scope.Messages;
        var earlier = view.Scope.Before;
        while (earlier.Count < all.Count && all[earlier.Count].Position < view.Execution.StartPosition)
        {
            var known = earlier.Digests.Count;
            Add(earlier.Chats, all[earlier.Count], earlier.Open, earlier.Digests);
            AddAll(earlier.Hashes, earlier.Digests, known);
            earlier.Open = OpenAfter(all[earlier.Count], earlier.Open);
            earlier.Count++;
        }

        var trimmed = TurnsBefore(earlier.Chats, view.Tier.History);
        messages.AddRange(earlier.Chats.Skip(trimmed));
        var open = trimmed == earlier.Chats.Count ? null : earlier.Open;
        var before = view.State.Base ?? view.Position;
        var digests = new List<byte[]>();
        EndedPositions ended = new(view.Scope);
        for (var i = earlier.Count; i < all.Count; i++)
        {
            if (IsSeen(all[i], view, before, ended))
            {
                Add(messages, all[i], open, digests);
                open = OpenAfter(all[i], open);
            }
        }

        Close(messages, open, null, digests);
        return (AddAll(trimmed == 0 ? earlier.Hashes.Copy() : AddAll(new MessageHashes(), earlier.Digests, trimmed), digests, 0), trimmed);
    }

    private static MessageHashes AddAll(MessageHashes hashes, List<byte[]> digests, int from)
    {
        for (var i = from; i < digests.Count; i++)
        {
            hashes.Add(digests[i]);
        }

        return hashes;
    }

    /// <summary>How many messages come before the last turns. A turn begins with what a user says, so calls and results stay together.</summary>
    private static int TurnsBefore(List<ChatMessage> chats, int? turns)
    {
        if (turns is not { } kept)
        {
            return 0;
        }

        var first = chats.Count;
        for (; kept > 0 && first > 0; kept -= chats[first].Role == ChatRole.User ? 1 : 0)
        {
            first--;
        }

        return first;
    }

    private static void Add(List<ChatMessage> messages, StateMessage message, StateMessage? open, List<byte[]> digests)
    {
        Close(messages, open, message, digests);
        var chat = message.Chat ??= ToChat(message.Message);
        messages.Add(chat);
        digests.Add(message.Digest ??= Fingerprints.Of(chat, open?.Message));
    }

    private static StateMessage? OpenAfter(StateMessage message, StateMessage? open) => message.Message.Role == Roles.Tool ? open : message;

    private static bool IsSeen(StateMessage message, ActivationView view, long before, EndedPositions ended)
    {
        // By position, not by id: an execution that goes on in a fork, or after a rewind, has another id than the one it continues.
        var isOfThisExecution = message.Position >= view.Execution.StartPosition;
        if (isOfThisExecution && message.Activation == view.Name)
        {
            return true;
        }

        return message.Position <= before
            && (!isOfThisExecution || message.Activation is null || (ended.Of(message.Activation) <= before));
    }

    /// <summary>Models insist on a result for every call; a cancelled execution may have left some without.</summary>
    private static void Close(List<ChatMessage> messages, StateMessage? open, StateMessage? next, List<byte[]> digests)
    {
        if (open?.Message.ToolCalls is not { Count: > 0 } calls || next?.Message.Role == Roles.Tool)
        {
            return;
        }

        var answered = new HashSet<string>(StringComparer.Ordinal);
        for (var i = messages.Count - 1; i >= 0 && messages[i].Role == ChatRole.Tool; i--)
        {
            answered.UnionWith(messages[i].Contents.OfType<FunctionResultContent>().Select(result => result.CallId));
        }

        foreach (var call in calls.Where(call => !answered.Contains(call.Id)))
        {
            var given = new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.Id, "The call was given up before its result was known.")]);
            messages.Add(given);
            digests.Add(Fingerprints.Of(given, open.Message));
        }
    }

    private static ChatMessage ToChat(Message message)
    {
        if (message.Role == Roles.Tool)
        {
            return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.ToolCallId ?? "", ResultOf(message))]);
        }

        var contents = ToContents(message.Content);
        if (message.Parts is not null)
        {
            AddParts(contents, message);
        }

        foreach (var call in message.ToolCalls ?? [])
        {
            contents.Add(ToCall(call, message));
        }

        return new ChatMessage(new ChatRole(message.Role), contents) { AuthorName = message.Name, MessageId = message.Id };
    }

    private static void AddParts(List<AIContent> contents, Message message)
    {
        var parts = (message.Parts ?? []).Select(AnswerParts.Content).OfType<AIContent>().Select(part => Own(part, message)).ToList();

        // Providers insist on the reasoning before what came of it.
        contents.InsertRange(0, parts.Where(static part => part is TextReasoningContent));
        contents.AddRange(parts.Where(static part => part is not TextReasoningContent));
    }

    /// <summary>A text; a list of contents where there is more than text.</summary>
    private static object ResultOf(Message message)
    {
        if (message.Content.ValueKind != JsonValueKind.Array)
        {
            return message.Text;
        }

        var contents = ToContents(message.Content);
        return contents.TrueForAll(static content => content is TextContent) ? string.Join('\n', contents.Select(static content => ((TextContent)content).Text)) : contents;
    }

    /// <summary>Marks what goes back to its provider only; without one, to none.</summary>
    private static AIContent Own(AIContent content, Message message)
    {
        (content.AdditionalProperties ??= [])[ModelCallProperties.Provider] = message.Provider ?? "";
        return content;
    }

    private static FunctionCallContent ToCall(ToolDemand call, Message message)
    {
        var content = new FunctionCallContent(call.Id, call.Name, ToArguments(call.Arguments));
        if (call.Arguments.ValueKind == JsonValueKind.String)
        {
            (content.AdditionalProperties ??= [])[ModelCallProperties.RawArguments] = call.Arguments.GetString();
        }

        if (message.Provider is not null && call.VendorId is { } id)
        {
            Own(content, message).AdditionalProperties![ModelCallProperties.VendorId] = id;
        }

        if (message.Provider is not null && call.ProviderData is { } data)
        {
            Own(content, message).AdditionalProperties![ModelCallProperties.ProviderData] = data;
        }

        return content;
    }

    private static Dictionary<string, object?> ToArguments(JsonElement arguments)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in arguments.EnumerateObject())
            {
                // Of a name that stands twice the last one counts, as wherever JSON is read.
                all[member.Name] = member.Value;
            }
        }
        else if (arguments.ValueKind == JsonValueKind.String)
        {
            // What a model wrote that could not write JSON: it must see that, not that it said nothing.
            all["arguments"] = arguments;
        }

        return all;
    }

    private static List<AIContent> ToContents(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.Array => [.. MessageParts.Contents(content)],
        JsonValueKind.String when content.GetString() is { Length: > 0 } text => [new TextContent(text)],
        _ => [],
    };

    /// <summary>Where activations ended: looked up by name only where another one has spoken.</summary>
    private sealed class EndedPositions(ScopeState scope)
    {
        private Dictionary<string, long>? _positions;

        /// <summary>The position of the end; none is behind everything.</summary>
        public long Of(string activation)
        {
            _positions ??= scope.Ended.ToDictionary(static ended => ended.Name, static ended => ended.Position, StringComparer.Ordinal);
            return _positions.TryGetValue(activation, out var position) ? position : long.MaxValue;
        }
    }
}
