using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>Messages as models are given them.</summary>
internal static class ChatForms
{
    /// <summary>
    /// As it is told to others: the answer of a node is nothing that another one has said, it comes from outside, under the node's name.
    /// How it came to it, calls and thoughts, is its own business. <c>null</c> where there is nothing to tell.
    /// </summary>
    public static ChatMessage? Told(Message message)
    {
        if (message.Role != Roles.Assistant || message.ToolCalls is { Count: > 0 })
        {
            return null;
        }

        var contents = ToContents(message.Content);
        contents.AddRange((message.Parts ?? []).Select(AnswerParts.Content).OfType<AIContent>().Where(static part => part is DataContent or UriContent));
        if (contents.Count == 0)
        {
            return null;
        }

        var node = message.Name ?? Roles.Assistant;
        if (contents[0] is TextContent text)
        {
            contents[0] = new TextContent($"[{node}]\n{text.Text}");
        }
        else
        {
            contents.Insert(0, new TextContent($"[{node}]"));
        }

        return new ChatMessage(ChatRole.User, contents)
        {
            AuthorName = node,
            MessageId = message.Id,
            AdditionalProperties = new() { [ModelCallProperties.ToldOf] = node },
        };
    }

    /// <summary>What a person would say, but nobody has.</summary>
    public static ChatMessage OfUser(string text) => new(ChatRole.User, text);

    /// <summary>As it was said: the answer, the calls and the results of whoever is asked again, and what people say.</summary>
    public static ChatMessage Own(Message message)
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

    /// <summary>Vendors refuse texts that say nothing, and blanks say nothing.</summary>
    private static List<AIContent> ToContents(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.Array => [.. MessageParts.Contents(content).Where(static part => part is not TextContent text || !string.IsNullOrWhiteSpace(text.Text))],
        JsonValueKind.String when content.GetString() is { } text && !string.IsNullOrWhiteSpace(text) => [new TextContent(text)],
        _ => [],
    };
}
