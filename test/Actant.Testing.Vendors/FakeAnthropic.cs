using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Actant.Testing.Vendors;

/// <summary>Anthropic's messages, as its reference describes them.</summary>
public sealed class FakeAnthropic : FakeVendor
{
    private const string Id = "msg_013Zva2CMHLNnXjNJJKqJ2EF";
    private const string RequestId = "req_011CSHoEeqs5C35K2UUqR7Fy";

    /// <summary>Whether the end of a stream repeats all counts, as the service does by now, or has the output only, as the reference shows.</summary>
    public bool RepeatsUsage { get; set; }

    /// <inheritdoc />
    public override VendorConversation Read(JsonElement body) => new(
        body.GetProperty("model").GetString()!,
        body.TryGetProperty("system", out var system) ? string.Join('\n', BlocksOf(system).Select(static block => block.GetProperty("text").GetString())) : "",
        [.. body.GetProperty("messages").EnumerateArray().SelectMany(static message => MessagesOf(message.GetProperty("role").GetString()!, BlocksOf(message.GetProperty("content"))))],
        body.TryGetProperty("tools", out var tools) ? [.. tools.EnumerateArray().Select(static tool => tool.GetProperty("name").GetString()!)] : []);

    protected override string BasePath => "";

    protected override string Path => "/v1/messages";

    // Older clients send the key in a header of its own, newer ones as a bearer token.
    protected override string? KeyOf(IHeaderDictionary headers) =>
        !headers.ContainsKey("anthropic-version") ? null
        : headers.TryGetValue("x-api-key", out var key) ? key.ToString()
        : BearerOf(headers);

    protected override string Whole(VendorAnswer answer, string model)
    {
        var content = new JsonArray();
        if (answer.Deltas.Count > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = answer.Text, ["citations"] = null });
        }

        foreach (var call in answer.Calls)
        {
            content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = JsonNode.Parse(call.Arguments) });
        }

        var message = Message(model, content);
        message["stop_reason"] = Reason(answer);
        message["usage"] = Usage(answer.Usage, answer.Usage.Output);
        return message.ToJsonString();
    }

    protected override IReadOnlyList<VendorEvent> Events(VendorAnswer answer, string model)
    {
        var start = Message(model, []);
        start["usage"] = Usage(answer.Usage, 1);
        var events = new List<VendorEvent> { Event("message_start", new JsonObject { ["message"] = start }), Event("ping", []) };
        var index = 0;
        if (answer.Thinking is { } thinking)
        {
            AddBlock(
                events,
                index++,
                new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
                [
                    .. thinking.Chunk(4).Select(delta => new JsonObject { ["type"] = "thinking_delta", ["thinking"] = new string(delta) }),
                    new JsonObject { ["type"] = "signature_delta", ["signature"] = answer.Signature },
                ]);
        }

        if (answer.Deltas.Count > 0)
        {
            AddBlock(
                events,
                index++,
                new JsonObject { ["type"] = "text", ["text"] = "" },
                answer.Deltas.Select(delta => new JsonObject { ["type"] = "text_delta", ["text"] = delta }));
        }

        foreach (var call in answer.Calls)
        {
            AddBlock(
                events,
                index++,
                new JsonObject { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = new JsonObject() },
                call.Arguments.Chunk(5).Select(delta => new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = new string(delta) }));
        }

        events.Add(Event("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = Reason(answer), ["stop_sequence"] = null },
            ["usage"] = RepeatsUsage ? Usage(answer.Usage, answer.Usage.Output) : new JsonObject { ["output_tokens"] = answer.Usage.Output },
        }));
        events.Add(Event("message_stop", []));
        return events;
    }

    protected override (int Status, string Body) Error(VendorFault fault) => fault switch
    {
        VendorFault.RateLimit => (429, Error("rate_limit_error", "This request would exceed your organization's rate limit of 50,000 input tokens per minute.")),
        VendorFault.Quota => (402, Error("billing_error", "Your credit balance is too low to access the API.")),
        VendorFault.Broken => (500, Error("api_error", "Internal server error")),
        VendorFault.Overloaded => (529, Error("overloaded_error", "Overloaded")),
        VendorFault.ContextTooLong => (400, Error("invalid_request_error", "prompt is too long: 215000 tokens > 200000 maximum")),
        VendorFault.WrongKey => (401, Error("authentication_error", "invalid x-api-key")),
        VendorFault.Forbidden => (403, Error("permission_error", "Your API key does not have permission to use the specified resource.")),
        _ => (400, Error("invalid_request_error", "temperature: range: 0..1")),
    };

    protected override string Refusal(string complaint) => Error("invalid_request_error", complaint);

    private protected override RequestRules Rules() => new AnthropicRules();

    protected override VendorEvent StreamError(VendorFault fault) => new("error", Error(fault).Body);

    private static string Error(string type, string message) => new JsonObject
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
        ["request_id"] = RequestId,
    }.ToJsonString();

    private static JsonObject Message(string model, JsonArray content) => new()
    {
        ["id"] = Id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = content,
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
    };

    private static void AddBlock(List<VendorEvent> events, int index, JsonObject block, IEnumerable<JsonObject> deltas)
    {
        events.Add(Event("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block }));
        events.AddRange(deltas.Select(delta => Event("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = delta })));
        events.Add(Event("content_block_stop", new JsonObject { ["index"] = index }));
    }

    private static VendorEvent Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return new VendorEvent(type, data.ToJsonString());
    }

    private static JsonObject Usage(VendorUsage usage, int output) => new()
    {
        ["input_tokens"] = usage.Input - usage.Cached - usage.CacheWrites,
        ["cache_creation_input_tokens"] = usage.CacheWrites,
        ["cache_read_input_tokens"] = usage.Cached,
        ["output_tokens"] = output,
        ["service_tier"] = "standard",
    };

    private static string Reason(VendorAnswer answer) => answer.Reason ?? (answer.Calls.Count > 0 ? "tool_use" : answer.IsCutOff ? "max_tokens" : "end_turn");

    private static List<JsonElement> BlocksOf(JsonElement content) => content.ValueKind == JsonValueKind.Array ? [.. content.EnumerateArray()]
        : [JsonSerializer.SerializeToElement(new { type = "text", text = content.GetString() })];

    /// <summary>Results stand in the user's message; here they are messages of their own.</summary>
    private static IEnumerable<ChatMessage> MessagesOf(string role, List<JsonElement> blocks)
    {
        var results = blocks.Where(static block => block.GetProperty("type").GetString() == "tool_result").ToList();
        if (results.Count > 0)
        {
            yield return new ChatMessage(ChatRole.Tool, [.. results.Select(static block => new FunctionResultContent(block.GetProperty("tool_use_id").GetString()!, string.Concat(BlocksOf(block.GetProperty("content")).Select(static part => part.GetProperty("text").GetString()))))]);
        }

        var rest = blocks.Except(results).Select(static block => block.GetProperty("type").GetString() switch
        {
            "text" => new TextContent(block.GetProperty("text").GetString()),
            "tool_use" => (AIContent)new FunctionCallContent(block.GetProperty("id").GetString()!, block.GetProperty("name").GetString()!),
            _ => null,
        }).OfType<AIContent>().ToList();
        if (rest.Count > 0)
        {
            yield return new ChatMessage(new ChatRole(role), rest);
        }
    }
}
