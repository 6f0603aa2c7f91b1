using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>Chat messages as an input of an execution.</summary>
internal static class ChatInput
{
    /// <exception cref="ArgumentException">There is nothing to say, or a part is of a kind that conversations cannot hold.</exception>
    public static JsonElement Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var list = new JsonArray();
        if (!string.IsNullOrEmpty(instructions))
        {
            list.Add(new JsonObject { ["role"] = Roles.System, ["content"] = instructions });
        }

        foreach (var message in messages)
        {
            Add(list, message);
        }

        return list.Count > 0
            ? JsonSerializer.SerializeToElement(new JsonObject { ["messages"] = list }, JournalJson.Default.JsonObject)
            : throw new ArgumentException("A message is needed.", nameof(messages));
    }

    private static void Add(JsonArray list, ChatMessage message)
    {
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            list.Add(new JsonObject { ["role"] = Roles.Tool, ["content"] = ContentOf(result.Result), ["tool_call_id"] = result.CallId });
        }

        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        var parts = message.Contents.Select(PartOf).OfType<JsonObject>().ToList();
        if (parts.Count == 0 && calls.Count == 0)
        {
            return;
        }

        var item = new JsonObject { ["role"] = message.Role.Value, ["content"] = ContentOf(parts) };
        if (message.AuthorName is { Length: > 0 } author)
        {
            item["name"] = author;
        }

        if (calls.Count > 0)
        {
            item["tool_calls"] = new JsonArray([.. calls.Select(call => new JsonObject
            {
                ["id"] = call.CallId,
                ["name"] = call.Name,
                ["arguments"] = JsonSerializer.SerializeToNode(call.Arguments ?? new Dictionary<string, object?>(), ChatJson.Options),
            })]);
        }

        list.Add(item);
    }

    private static JsonNode ContentOf(List<JsonObject> parts) => parts.TrueForAll(static part => part.ContainsKey("text"))
        ? string.Concat(parts.Select(static part => part["text"]!.GetValue<string>()))
        : new JsonArray([.. parts]);

    private static JsonObject? PartOf(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["type"] = "text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => Image(data.Uri),
        UriContent uri when uri.HasTopLevelMediaType("image") => Image(uri.Uri.ToString()),
        FunctionCallContent or FunctionResultContent or TextReasoningContent or UsageContent or InputRequestContent or InputResponseContent => null,
        _ => throw new ArgumentException($"A conversation holds texts, images, calls and their results, not {content.GetType().Name}.", nameof(content)),
    };

    private static JsonObject Image(string address) =>
        new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = address } };

    private static JsonNode ContentOf(object? result) => result switch
    {
        null => "",
        string text => text,
        AIContent part => new JsonArray(ToolParts.PartOf(part)),
        IEnumerable<AIContent> parts => new JsonArray([.. parts.Select(ToolParts.PartOf)]),
        _ => JsonSerializer.Serialize(result, ChatJson.Options.GetTypeInfo(result.GetType())),
    };
}
