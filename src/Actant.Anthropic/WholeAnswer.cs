using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actant.Anthropic;

/// <summary>A whole answer, or an error, as the stream that was asked for: some servers that speak like Anthropic never stream.</summary>
internal static class WholeAnswer
{
    /// <summary>The events; <c>null</c> if the document is neither an answer nor an error.</summary>
    public static string? ToEvents(string json)
    {
        if (Read(json) is not { } document)
        {
            return null;
        }

        var events = new StringBuilder();
        if (document["error"] is JsonObject)
        {
            Add(events, "error", document);
            return events.ToString();
        }

        if (document["content"] is not JsonArray content || document["type"]?.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        document.Remove("content");
        var end = new JsonObject { ["stop_reason"] = Take(document, "stop_reason"), ["stop_sequence"] = Take(document, "stop_sequence") };
        var usage = document["usage"]?.DeepClone();
        document["content"] = new JsonArray();
        Add(events, "message_start", new JsonObject { ["message"] = document });
        for (var i = 0; i < content.Count; i++)
        {
            if (content[i]?.DeepClone() is not JsonObject block)
            {
                return null;
            }

            AddBlock(events, i, block);
        }

        Add(events, "message_delta", new JsonObject { ["delta"] = end, ["usage"] = usage });
        Add(events, "message_stop", []);
        return events.ToString();
    }

    private static JsonObject? Read(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: JsonLimits.Decoding) as JsonObject;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonNode? Take(JsonObject document, string name) => document.Remove(name, out var value) ? value : null;

    /// <summary>What comes in pieces comes as one; any other block stands in its start.</summary>
    private static void AddBlock(StringBuilder events, int index, JsonObject block)
    {
        List<JsonObject> deltas = [];
        switch (block["type"]?.GetValueKind() == JsonValueKind.String ? (string)block["type"]! : "")
        {
            case "text":
                deltas.Add(new() { ["type"] = "text_delta", ["text"] = Take(block, "text") });
                block["text"] = "";
                break;
            case "thinking":
                deltas.Add(new() { ["type"] = "thinking_delta", ["thinking"] = Take(block, "thinking") });
                deltas.Add(new() { ["type"] = "signature_delta", ["signature"] = Take(block, "signature") ?? "" });
                (block["thinking"], block["signature"]) = ("", "");
                break;
            case "tool_use":
                deltas.Add(new() { ["type"] = "input_json_delta", ["partial_json"] = Take(block, "input")?.ToJsonString() ?? "{}" });
                block["input"] = new JsonObject();
                break;
        }

        Add(events, "content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block });
        deltas.ForEach(delta => Add(events, "content_block_delta", new JsonObject { ["index"] = index, ["delta"] = delta }));
        Add(events, "content_block_stop", new JsonObject { ["index"] = index });
    }

    private static void Add(StringBuilder events, string type, JsonObject data)
    {
        data["type"] = type;
        events.Append("event: ").Append(type).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
    }
}
