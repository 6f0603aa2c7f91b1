using System.Text.Json;

namespace Actant.Testing.Vendors;

/// <summary>
/// What OpenAI's chat completions refuse, and Groq's, which are stricter in a few places. An empty message, and one of the assistant at the end,
/// are refused here by some models and servers only; nobody who is asked by Actant should ever see one.
/// </summary>
/// <param name="isGroq">Whether it is Groq's interface.</param>
/// <param name="hasExtensions">Whether this server has given fields of its own, which it takes back then.</param>
internal sealed class OpenAIRules(bool isGroq, bool hasExtensions) : RequestRules
{
    private static readonly string[] s_fields =
    [
        "model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice",
        "parallel_tool_calls", "response_format", "seed", "frequency_penalty", "presence_penalty", "reasoning_effort", "user", "n", "metadata", "service_tier",
    ];

    // What Groq's page on the differences lists is refused there.
    private static readonly string[] s_notOfGroq = ["logprobs", "top_logprobs", "logit_bias", "modalities", "audio", "prediction", "store", "web_search_options", "safety_identifier", "prompt_cache_key", "verbosity"];

    // The calls of the last answer that have no result yet.
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    protected override void Check(JsonElement body)
    {
        Only(body, "", isGroq ? s_fields : [.. s_fields, .. s_notOfGroq]);
        RefuseIf(TextOf(body, "model") is null, "you must provide a model parameter");
        if (ListOf(body, "tools") is { } tools)
        {
            Names(tools, static tool => TextOf(tool.GetProperty("function"), "name"));
        }
        else
        {
            RefuseIf(body.TryGetProperty("tool_choice", out _), "'tool_choice' is only allowed when 'tools' are specified");
            RefuseIf(body.TryGetProperty("parallel_tool_calls", out _), "'parallel_tool_calls' is only allowed when 'tools' are specified");
        }

        var messages = ListOf(body, "messages")?.EnumerateArray().ToList() ?? [];
        RefuseIf(messages.Count == 0, "[] is too short - 'messages'");
        foreach (var (index, message) in messages.Index())
        {
            CheckMessage(message, $"messages[{index}]");
        }

        RefuseIf(_open.Count > 0, $"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id': {string.Join(", ", _open)}");
        RefuseIf(messages.Count > 0 && TextOf(messages[^1], "role") == "assistant", "last message role must be 'user' or 'tool'");
    }

    private void CheckMessage(JsonElement message, string path)
    {
        var role = TextOf(message, "role");
        if (role != "tool")
        {
            RefuseIf(_open.Count > 0, $"{path}: no tool messages respond to {string.Join(", ", _open)}");
            _open.Clear();
        }

        switch (role)
        {
            case "system" or "developer" or "user":
                Only(message, $"{path}.", ["role", "content", .. isGroq ? Array.Empty<string>() : ["name"]]);
                CheckContent(message, path, isNeeded: true);
                break;
            case "assistant":
                CheckAnswer(message, path);
                break;
            case "tool":
                Only(message, $"{path}.", "role", "content", "tool_call_id");
                RefuseIf(!_open.Remove(TextOf(message, "tool_call_id") ?? ""), $"{path}: messages with role 'tool' must be a response to a preceding message with 'tool_calls'");
                RefuseIf(!message.TryGetProperty("content", out _), $"{path}.content: is missing");
                break;
            default:
                Refuse($"{path}.role: '{role}' is not one of the roles");
                break;
        }
    }

    private void CheckAnswer(JsonElement message, string path)
    {
        Only(message, $"{path}.", ["role", "content", "refusal", "tool_calls", .. hasExtensions ? ["reasoning_content", "reasoning"] : Array.Empty<string>()]);
        var calls = ListOf(message, "tool_calls");
        RefuseIf(calls?.GetArrayLength() == 0, $"[] is too short - '{path}.tool_calls'");
        CheckContent(message, path, isNeeded: calls is null);
        foreach (var call in calls?.EnumerateArray() ?? default)
        {
            Only(call, $"{path}.tool_calls.", ["id", "type", "function", .. hasExtensions ? ["extra_content"] : Array.Empty<string>()]);
            Only(call.GetProperty("function"), $"{path}.tool_calls.function.", "name", "arguments");
            Name(TextOf(call.GetProperty("function"), "name"), $"{path}.tool_calls.function.name");
            RefuseIf(TextOf(call.GetProperty("function"), "arguments") is null, $"{path}.tool_calls.function.arguments: expected a string");
            RefuseIf(!_open.Add(TextOf(call, "id") ?? ""), $"{path}.tool_calls: duplicate id");
        }
    }

    private void CheckContent(JsonElement message, string path, bool isNeeded)
    {
        var parts = ListOf(message, "content");
        RefuseIf(isNeeded && TextOf(message, "content") is null && parts is null, $"{path}.content: expected a string, got null");
        RefuseIf(TextOf(message, "content") is { } text && string.IsNullOrWhiteSpace(text), $"{path}.content: is empty");
        RefuseIf(parts?.GetArrayLength() == 0, $"[] is too short - '{path}.content'");
        foreach (var part in parts?.EnumerateArray() ?? default)
        {
            var type = TextOf(part, "type");
            RefuseIf(type is not ("text" or "image_url" or "input_audio" or "file" or "refusal"), $"{path}.content.type: unknown '{type}'");
            Only(part, $"{path}.content.", "type", type ?? "");
            RefuseIf(type == "text" && string.IsNullOrWhiteSpace(TextOf(part, "text")), $"{path}.content.text: is empty");
        }
    }
}
