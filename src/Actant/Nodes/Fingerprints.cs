using System.Globalization;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>Short hashes of what models are asked: they tell whether two questions were the same, not what they were.</summary>
internal static class Fingerprints
{
    /// <summary>The fingerprint of a question.</summary>
    /// <param name="position">The last position whose messages are sent.</param>
    /// <param name="messages">How many are sent.</param>
    /// <param name="instructions">The system prompt.</param>
    /// <param name="conversation">The hash of the conversation.</param>
    /// <param name="tools">What is offered.</param>
    public static RequestFingerprint Of(long position, int messages, string instructions, ulong conversation, IReadOnlyList<AITool> tools)
    {
        var hash = Mix(Of(instructions), conversation);
        foreach (var tool in tools)
        {
            hash = Mix(hash, Of(tool.Name));
        }

        return new RequestFingerprint
        {
            Base = position,
            Messages = messages,
            Hash = hash.ToString("x16", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A message's own hash.</summary>
    public static ulong Of(ChatMessage message)
    {
        var hash = Mix(Of(message.Role.Value), Of(message.Text));
        foreach (var content in message.Contents)
        {
            hash = content switch
            {
                FunctionCallContent call => Mix(Mix(hash, Of(call.CallId)), Of(call.Name)),
                FunctionResultContent result => Mix(Mix(hash, Of(result.CallId)), Of(result.Result?.ToString() ?? "")),
                _ => hash,
            };
        }

        return hash;
    }

    private static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in text)
        {
            hash = Mix(hash, unit);
        }

        return hash;
    }

    public static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 1099511628211UL;
}
