using System.Text.Json;
using Actant.Definitions;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>
/// Hashes of what models are asked: two questions have one hash if the same is sent, and only then. The hash of a message is made once,
/// so that a turn costs what it adds. The ids of calls do not count, they are new in each execution: what counts is which call of its
/// answer a result belongs to.
/// </summary>
internal static class Fingerprints
{
    private const string Version = "actant-request-2";

    /// <summary>The fingerprint of a question.</summary>
    /// <param name="position">The last position whose messages are sent.</param>
    /// <param name="messages">How many are sent.</param>
    /// <param name="instructions">The system prompt.</param>
    /// <param name="conversation">The hashes of the conversation's messages.</param>
    /// <param name="settings">What the node always sends: see <see cref="Of(ModelDefinition, IReadOnlyList{AITool})"/>.</param>
    public static RequestFingerprint Of(long position, int messages, string instructions, MessageHashes conversation, byte[] settings)
    {
        var digest = new Digest();
        digest.Add(settings);
        digest.Add(instructions);
        digest.Add(conversation.Folded);
        foreach (var message in conversation.Rest)
        {
            digest.Add(message.AsSpan());
        }

        return new RequestFingerprint { Base = position, Messages = messages, Hash = Convert.ToHexStringLower(digest.Complete()) };
    }

    /// <summary>The hash of the model, the parameters and the tools on offer. The key and the time-out are no part of it.</summary>
    public static byte[] Of(ModelDefinition model, IReadOnlyList<AITool> tools)
    {
        var digest = new Digest();
        digest.Add(Version);
        digest.Add(model.Provider);
        digest.Add(model.ModelName);
        digest.Add(model.Temperature);
        digest.Add(model.TopP);
        digest.Add(model.MaxOutputTokens);
        digest.Add(model.Stop.Count);
        foreach (var stop in model.Stop)
        {
            digest.Add(stop);
        }

        digest.Add(model.Options);
        digest.Add(tools.Count);
        foreach (var tool in tools)
        {
            digest.Add(tool.Name);
            digest.Add(tool.Description);
            digest.Add((tool as AIFunctionDeclaration)?.JsonSchema);
        }

        // No response format so far; where there is one it follows here.
        return digest.Complete();
    }

    /// <summary>A message's own hash.</summary>
    /// <param name="message">The message.</param>
    /// <param name="open">The answer whose calls it may have a result of.</param>
    public static byte[] Of(ChatMessage message, Message? open = null)
    {
        var digest = new Digest();
        digest.Add(message.Role.Value);
        for (var i = 0; i < message.Contents.Count; i++)
        {
            AddWhole(digest, message.Contents[i], open);
        }

        return digest.Complete();
    }

    private static void AddWhole(Digest digest, AIContent content, Message? open)
    {
        Add(digest, content, open);
        if (content.AdditionalProperties is not { Count: > 0 } properties)
        {
            return;
        }

        foreach (var (name, value) in properties.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (name != ModelCallProperties.VendorId)
            {
                digest.Add(name);
                digest.Add(value);
            }
        }
    }

    private static void Add(Digest digest, AIContent content, Message? open)
    {
        switch (content)
        {
            case TextReasoningContent reasoning:
                digest.Add("reasoning");
                digest.Add(reasoning.Text);
                digest.Add(reasoning.ProtectedData);
                break;
            case TextContent text:
                digest.Add("text");
                digest.Add(text.Text);
                break;
            case DataContent data:
                digest.Add("data");
                digest.Add(data.MediaType);
                digest.Add(data.Name);
                digest.Add(data.Data.Span);
                break;
            case UriContent uri:
                digest.Add("uri");
                digest.Add(uri.MediaType);
                digest.Add(uri.Uri.OriginalString);
                break;
            case HostedFileContent file:
                digest.Add("file");
                digest.Add(file.FileId);
                digest.Add(file.Name);
                break;
            case FunctionCallContent call:
                digest.Add("call");
                digest.Add(call.Name);
                digest.Add(call.Arguments?.Count ?? -1);
                foreach (var (name, value) in call.Arguments?.OrderBy(static pair => pair.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, object?>>())
                {
                    digest.Add(name);
                    digest.Add(value);
                }

                break;
            case FunctionResultContent result:
                digest.Add("result");
                digest.Add(PlaceOf(result.CallId, open));
                if (result.Result is IReadOnlyCollection<AIContent> parts)
                {
                    digest.Add(parts.Count);
                    foreach (var part in parts)
                    {
                        AddWhole(digest, part, open);
                    }
                }
                else
                {
                    digest.Add(result.Result);
                }

                break;
            default:
                digest.Add(content.GetType().Name);
                digest.Add(JsonSerializer.SerializeToElement(content, ChatJson.Options.GetTypeInfo(typeof(AIContent))));
                break;
        }
    }

    private static string PlaceOf(string id, Message? open)
    {
        for (var i = 0; i < (open?.ToolCalls?.Count ?? 0); i++)
        {
            if (open!.ToolCalls![i].Id == id)
            {
                return $"#{i}";
            }
        }

        return id;
    }
}
