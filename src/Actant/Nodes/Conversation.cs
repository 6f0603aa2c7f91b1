using Actant.Definitions;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>The part of a scope's conversation that an activation sees.</summary>
/// <remarks>
/// First what was said before it began, by inputs and by activations that had ended: the half-said answers of branches that run beside
/// it are none of its business. Then what it has said itself. A model is only ever asked for what a user or a tool has just said.
/// </remarks>
internal static class Conversation
{
    private const string Begin = "Begin.";
    private const string Continue = "Continue.";

    /// <summary>Adds it to the messages.</summary>
    /// <param name="messages">What is said to a model.</param>
    /// <param name="view">Who asks.</param>
    /// <param name="node">The node that it is a run of.</param>
    /// <param name="sees">How much of it.</param>
    /// <param name="values">What it is given in place of it, if so.</param>
    /// <returns>The hashes of all of it, and how many older messages were left out.</returns>
    public static (MessageHashes Hashes, int Trimmed) AddTo(List<ChatMessage> messages, ActivationView view, string node, Sees sees, string? values)
    {
        var (hashes, trimmed) = ((MessageHashes?)null, 0);
        if (sees == Sees.Thread)
        {
            var earlier = Earlier(view, node);
            trimmed = TurnsBefore(earlier.Chats, view.Tier.History);
            messages.AddRange(earlier.Chats.Skip(trimmed));
            hashes = trimmed == 0 ? earlier.Hashes.Copy() : AddAll(new MessageHashes(), earlier.Digests, trimmed);
        }

        var now = new Telling(messages, []);
        var own = AddOthers(now, view, node, sees);
        if (values is not null)
        {
            now.Say(values);
        }

        Ask(now, view, isToldOfNow: own.IsTold || values is not null);
        foreach (var index in own.Messages)
        {
            now.AddOwn(view.Scope.Messages, index);
        }

        if (now.EndsWithAnswer)
        {
            now.Say(Continue);
        }

        return (AddAll(hashes ?? new MessageHashes(), now.Digests, 0), trimmed);
    }

    /// <summary>What was said before the execution began, made ready once.</summary>
    private static SaidBefore Earlier(ActivationView view, string node)
    {
        var all = view.Scope.Messages;
        var earlier = view.Scope.BeforeOf(node);
        var told = new Telling(earlier.Chats, earlier.Digests);
        var known = earlier.Digests.Count;
        for (; earlier.Count < all.Count && all[earlier.Count].Position < view.Execution.StartPosition; earlier.Count++)
        {
            told.Add(all, earlier.Count, node);
        }

        AddAll(earlier.Hashes, earlier.Digests, known);
        return earlier;
    }

    /// <summary>Adds what others have said in this execution.</summary>
    /// <returns>Whether there was something, and where the activation's own messages are.</returns>
    private static (bool IsTold, List<int> Messages) AddOthers(Telling now, ActivationView view, string node, Sees sees)
    {
        var all = view.Scope.Messages;
        var before = view.State.Base ?? view.Position;
        var own = new List<int>();
        EndedPositions ended = new(view.Scope);

        // By position, not by id: an execution that goes on in a fork, or after a rewind, has another id than the one it continues.
        var first = all.Count;
        while (first > 0 && all[first - 1].Position >= view.Execution.StartPosition)
        {
            first--;
        }

        int? last = null;
        var said = now.Count;
        for (var i = first; i < all.Count; i++)
        {
            var message = all[i];
            if (message.Activation == view.Name)
            {
                own.Add(i);
            }
            else if (message.Position <= before && (message.Activation is null || ended.Of(message.Activation) <= before))
            {
                if (sees == Sees.Thread || (sees == Sees.Input && message.Activation is null))
                {
                    now.Add(all, i, node);
                }
                else if (sees == Sees.Last && Telling.CanTell(message))
                {
                    last = i;
                }
            }
        }

        if (last is { } index)
        {
            now.Tell(all[index]);
        }

        return (now.Count > said, own);
    }

    /// <summary>Sees to it that there is something to answer: the input where nobody has said it, else a word to begin or to go on.</summary>
    private static void Ask(Telling now, ActivationView view, bool isToldOfNow)
    {
        if (!isToldOfNow && Inputs.UnsaidOf(view.Scope.Input) is { } input)
        {
            now.Say(input);
        }
        else if (now.IsEmpty)
        {
            now.Say(Begin);
        }
        else if (now.EndsWithAnswer)
        {
            now.Say(isToldOfNow ? Continue : Begin);
        }
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
        for (; kept > 0 && first > 0; kept -= IsOfUser(chats[first]) ? 1 : 0)
        {
            first--;
        }

        return first;
    }

    private static bool IsOfUser(ChatMessage message) =>
        message.Role == ChatRole.User && message.AdditionalProperties?.ContainsKey(ModelCallProperties.ToldOf) != true;

    /// <summary>Messages on their way to a model, with their hashes.</summary>
    private readonly struct Telling(List<ChatMessage> chats, List<byte[]> digests)
    {
        public List<byte[]> Digests => digests;

        public int Count => chats.Count;

        public bool EndsWithAnswer => chats.Count > 0 && chats[^1].Role == ChatRole.Assistant;

        /// <summary>Whether nothing is said but instructions.</summary>
        public bool IsEmpty => chats.Count == 0 || chats[^1].Role == ChatRole.System;

        /// <summary>Adds what one node is given of a message.</summary>
        public void Add(List<StateMessage> all, int index, string node)
        {
            if (!IsOfAnother(all[index], node))
            {
                AddOwn(all, index);
            }
            else if (CanTell(all[index]))
            {
                Tell(all[index]);
            }
        }

        /// <summary>Adds a message as it was said. A result comes with the call that it answers, whenever it ended, and never alone.</summary>
        public void AddOwn(List<StateMessage> all, int index)
        {
            var message = all[index];
            if (message.Message.Role == Roles.Tool)
            {
                return;
            }

            var chat = message.Chat ??= ChatForms.Own(message.Message);
            if (chat.Contents.Count == 0)
            {
                // Vendors refuse what says nothing.
                return;
            }

            if (chat.Role == ChatRole.Assistant && (IsEmpty || (EndsWithAnswer && message.Activation is not null)))
            {
                Say(IsEmpty ? Begin : Continue);
            }

            chats.Add(chat);
            digests.Add(message.Digest ??= Fingerprints.Of(chat));
            if (message.Message.ToolCalls is { Count: > 0 } calls)
            {
                AddResults(all, index, calls);
            }
        }

        /// <summary>Whether there is something to tell anybody of a message.</summary>
        public static bool CanTell(StateMessage message) => message.Message.Role == Roles.User
            ? (message.Chat ??= ChatForms.Own(message.Message)).Contents.Count > 0
            : (message.Told ??= ChatForms.Told(message.Message)) is not null;

        public void Tell(StateMessage message)
        {
            var isOfUser = message.Message.Role == Roles.User;
            chats.Add(isOfUser ? message.Chat! : message.Told!);
            digests.Add(isOfUser ? message.Digest ??= Fingerprints.Of(message.Chat!) : message.ToldDigest ??= Fingerprints.Of(message.Told!));
        }

        public void Say(string text)
        {
            var chat = ChatForms.OfUser(text);
            chats.Add(chat);
            digests.Add(Fingerprints.Of(chat));
        }

        /// <summary>Answers have their node's name. What an input or a node wrote into the conversation stands as it was written.</summary>
        private static bool IsOfAnother(StateMessage message, string node) =>
            message is { Activation: not null, Message: { Role: Roles.Assistant, Name: { } speaker } } && speaker != node;

        /// <summary>Models insist on a result for every call, right behind it; a cancelled execution may have left some without.</summary>
        private void AddResults(List<StateMessage> all, int index, IReadOnlyList<ToolDemand> calls)
        {
            var results = new Dictionary<string, StateMessage>(StringComparer.Ordinal);
            var demand = all[index];
            var wanted = calls.Select(static call => call.Id).ToHashSet(StringComparer.Ordinal);
            for (var i = index + 1; i < all.Count && wanted.Count > 0; i++)
            {
                if (all[i].Activation != demand.Activation)
                {
                    continue;
                }

                if (all[i].Message is not { Role: Roles.Tool } result)
                {
                    break;
                }

                if (result.ToolCallId is { } id && wanted.Remove(id))
                {
                    results.Add(id, all[i]);
                }
            }

            foreach (var call in calls)
            {
                if (results.TryGetValue(call.Id, out var result))
                {
                    chats.Add(result.Chat ??= ChatForms.Own(result.Message));
                    digests.Add(result.Digest ??= Fingerprints.Of(result.Chat, demand.Message));
                    continue;
                }

                var given = new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.Id, "The call was given up before its result was known.")]);
                chats.Add(given);
                digests.Add(Fingerprints.Of(given, demand.Message));
            }
        }
    }

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
