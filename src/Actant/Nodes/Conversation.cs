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
        var before = view.State.Base ?? view.Position;
        EndedPositions ended = new(view.Scope);
        for (; earlier.Count < all.Count && IsEarlier(all[earlier.Count]); earlier.Count++)
        {
            var known = earlier.Digests.Count;
            Add(earlier.Chats, all, earlier.Count, IsEarlier, earlier.Digests);
            AddAll(earlier.Hashes, earlier.Digests, known);
        }

        var trimmed = TurnsBefore(earlier.Chats, view.Tier.History);
        messages.AddRange(earlier.Chats.Skip(trimmed));
        var digests = new List<byte[]>();
        for (var i = earlier.Count; i < all.Count; i++)
        {
            if (IsNow(all[i]))
            {
                Add(messages, all, i, IsNow, digests);
            }
        }

        return (AddAll(trimmed == 0 ? earlier.Hashes.Copy() : AddAll(new MessageHashes(), earlier.Digests, trimmed), digests, 0), trimmed);

        bool IsEarlier(StateMessage message) => message.Position < view.Execution.StartPosition;
        bool IsNow(StateMessage message) => IsSeen(message, view, before, ended);
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

    /// <summary>
    /// Adds a message, and behind an answer the results of its calls: models insist on one for each, no more, and nothing in between. A cancelled
    /// execution may have left some without; a result of no call, or a second one, which an older history or a change of the state may have, is left out.
    /// </summary>
    private static void Add(List<ChatMessage> messages, List<StateMessage> all, int index, Func<StateMessage, bool> isSeen, List<byte[]> digests)
    {
        var message = all[index];
        if (message.Message.Role == Roles.Tool)
        {
            return;
        }

        AddOne(messages, message, null, digests);
        if (message.Message.ToolCalls is not { Count: > 0 } calls)
        {
            return;
        }

        var open = calls.Select(static call => call.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = index + 1; i < all.Count && open.Count > 0; i++)
        {
            if (all[i].Message.Role == Roles.Tool)
            {
                if (isSeen(all[i]) && open.Remove(all[i].Message.ToolCallId ?? ""))
                {
                    AddOne(messages, all[i], message.Message, digests);
                }
            }
            else if (isSeen(all[i]))
            {
                break;
            }
        }

        foreach (var call in calls.Where(call => open.Contains(call.Id)))
        {
            var given = new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.Id, "The call was given up before its result was known.")]);
            messages.Add(given);
            digests.Add(Fingerprints.Of(given, message.Message));
        }
    }

    private static void AddOne(List<ChatMessage> messages, StateMessage message, Message? answer, List<byte[]> digests)
    {
        var chat = message.Chat ??= ToChat(message.Message);
        messages.Add(chat);
        digests.Add(message.Digest ??= Fingerprints.Of(chat, answer));
    }

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
