using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Actant.Testing.Vendors;

/// <summary>OpenAI's chat completions, as its reference describes them.</summary>
public class FakeOpenAI : FakeVendor
{
    private const string Id = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT";
    private const int Created = 1_741_569_952;

    private bool _hasExtensions;

    /// <inheritdoc />
    public override VendorConversation Read(JsonElement body)
    {
        var messages = body.GetProperty("messages").EnumerateArray().ToList();
        return new VendorConversation(
            body.GetProperty("model").GetString()!,
            string.Join('\n', messages.Where(static message => RoleOf(message) == "system").Select(TextOf)),
            [.. messages.Where(static message => RoleOf(message) != "system").Select(MessageOf)],
            body.TryGetProperty("tools", out var tools) ? [.. tools.EnumerateArray().Select(static tool => tool.GetProperty("function").GetProperty("name").GetString()!)] : []);
    }

    protected override string BasePath => "/v1";

    /// <summary>Whether it is as strict as Groq.</summary>
    protected virtual bool IsGroq => false;

    protected override string Path => "/chat/completions";

    protected override string? KeyOf(IHeaderDictionary headers) =>
        BearerOf(headers) ?? (headers.TryGetValue("api-key", out var azure) ? azure.ToString() : null);

    protected override string Whole(VendorAnswer answer, string model) => new JsonObject
    {
        ["id"] = Id,
        ["object"] = "chat.completion",
        ["created"] = Created,
        ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = Message(answer),
            ["logprobs"] = null,
            ["finish_reason"] = Reason(answer),
        }),
        ["usage"] = Usage(answer.Usage),
        ["service_tier"] = "default",
    }.ToJsonString();

    protected override IReadOnlyList<VendorEvent> Events(VendorAnswer answer, string model)
    {
        _hasExtensions |= answer.Thinking is not null || answer.Signature is not null;
        var events = new List<VendorEvent> { Chunk(model, new JsonObject { ["role"] = "assistant", ["content"] = answer.Calls.Count > 0 ? null : "", ["refusal"] = null }) };
        if (answer.Thinking is { } thinking)
        {
            events.AddRange(thinking.Chunk(4).Select(delta => Chunk(model, new JsonObject { ["reasoning_content"] = new string(delta) })));
        }

        events.AddRange(answer.Deltas.Select(delta => Chunk(model, new JsonObject { ["content"] = delta })));
        events.AddRange(answer.Calls.Index().Select(call => Chunk(model, Call(call.Index, new JsonObject
        {
            ["id"] = call.Item.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Item.Name, ["arguments"] = "" },
            ["extra_content"] = answer.Signature is { } signature ? new JsonObject { ["google"] = new JsonObject { ["thought_signature"] = signature } } : null,
        }))));

        // The deltas of parallel calls come interleaved.
        var deltas = answer.Calls.Select(call => call.Arguments.Chunk(5).Select(chunk => new string(chunk)).ToList()).ToList();
        for (var turn = 0; deltas.Exists(call => turn < call.Count); turn++)
        {
            events.AddRange(
                from call in deltas.Index()
                where turn < call.Item.Count
                select Chunk(model, Call(call.Index, new JsonObject { ["function"] = new JsonObject { ["arguments"] = call.Item[turn] } })));
        }

        events.Add(Chunk(model, [], Reason(answer)));
        events.Add(new VendorEvent(null, Envelope(model, [], Usage(answer.Usage))));
        events.Add(new VendorEvent(null, "[DONE]"));
        return events;
    }

    protected override (int Status, string Body) Error(VendorFault fault) => fault switch
    {
        VendorFault.RateLimit => (429, Error("Rate limit reached for gpt-4o in organization org-x on requests per min.", "requests", "rate_limit_exceeded")),
        VendorFault.Quota => (429, Error("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota")),
        VendorFault.Broken => (500, Error("The server had an error while processing your request.", "server_error", null)),
        VendorFault.Overloaded => (503, Error("The engine is currently overloaded, please try again later.", "server_error", null)),
        VendorFault.ContextTooLong => (400, Error(
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.", "invalid_request_error", "context_length_exceeded")),
        VendorFault.WrongKey => (401, Error("Incorrect API key provided: sk-test-********cdef. You can find your API key in your account.", "invalid_request_error", "invalid_api_key")),
        VendorFault.Forbidden => (403, Error("You have insufficient permissions for this operation.", "invalid_request_error", null)),
        _ => (400, Error("Unsupported value: 'temperature' does not support 7 with this model.", "invalid_request_error", "unsupported_value")),
    };

    protected override string Refusal(string complaint) => Error(complaint, "invalid_request_error", null);

    private protected override RequestRules Rules() => new OpenAIRules(IsGroq, _hasExtensions);

    protected override VendorEvent StreamError(VendorFault fault) => new(null, Error(fault).Body);

    private static string Error(string message, string type, string? code) => new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = code },
    }.ToJsonString();

    private static JsonObject Message(VendorAnswer answer)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Deltas.Count > 0 ? answer.Text : null, ["refusal"] = null, ["annotations"] = new JsonArray() };
        if (answer.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.Calls.Select(call => new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
            })]);
        }

        return message;
    }

    private static JsonObject Call(int index, JsonObject call)
    {
        call["index"] = index;
        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    private static VendorEvent Chunk(string model, JsonObject delta, string? reason = null) => new(null, Envelope(
        model,
        [new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = reason }],
        null));

    private static string Envelope(string model, JsonArray choices, JsonObject? usage) => new JsonObject
    {
        ["id"] = Id,
        ["object"] = "chat.completion.chunk",
        ["created"] = Created,
        ["model"] = model,
        ["service_tier"] = "default",
        ["system_fingerprint"] = "fp_44709d6fcb",
        ["choices"] = choices,
        ["usage"] = usage,
    }.ToJsonString();

    private static JsonObject Usage(VendorUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = usage.Input + usage.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = usage.Reasoning,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };

    private static string Reason(VendorAnswer answer) => answer.Reason ?? (answer.Calls.Count > 0 ? "tool_calls" : answer.IsCutOff ? "length" : "stop");

    private static string? RoleOf(JsonElement message) => message.GetProperty("role").GetString();

    private static string TextOf(JsonElement message) => !message.TryGetProperty("content", out var content) ? ""
        : content.ValueKind == JsonValueKind.String ? content.GetString()!
        : string.Concat(content.EnumerateArray().Where(static part => part.TryGetProperty("text", out _)).Select(static part => part.GetProperty("text").GetString()));

    private static ChatMessage MessageOf(JsonElement message) => RoleOf(message) switch
    {
        "tool" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.GetProperty("tool_call_id").GetString()!, TextOf(message))]),
        "assistant" when message.TryGetProperty("tool_calls", out var calls) => new ChatMessage(ChatRole.Assistant,
        [
            new TextContent(TextOf(message)),
            .. calls.EnumerateArray().Select(static call => new FunctionCallContent(call.GetProperty("id").GetString()!, call.GetProperty("function").GetProperty("name").GetString()!)),
        ]),
        var role => new ChatMessage(new ChatRole(role!), TextOf(message)),
    };
}
