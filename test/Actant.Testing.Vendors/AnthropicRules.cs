using System.Text.Json;

namespace Actant.Testing.Vendors;

/// <summary>What Anthropic's messages refuse. Turns of one role in a row are one turn there.</summary>
internal sealed class AnthropicRules : RequestRules
{
    private static readonly string[] s_fields =
    [
        "model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "metadata", "thinking",
        "service_tier", "output_config", "container", "inference_geo", "cache_control",
    ];

    private static readonly string[] s_blocks = ["text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"];

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    protected override void Check(JsonElement body)
    {
        Only(body, "", s_fields);
        RefuseIf(TextOf(body, "model") is null, "model: Field required");
        RefuseIf(!body.TryGetProperty("max_tokens", out var most) || most.GetInt32() < 1, "max_tokens: Field required");
        RefuseIf(body.TryGetProperty("temperature", out var temperature) && temperature.GetDouble() is < 0 or > 1, "temperature: range: 0..1");
        CheckSystem(body);
        CheckTools(body);
        var turns = Turns(ListOf(body, "messages")?.EnumerateArray().ToList() ?? []);
        RefuseIf(turns.Count == 0, "messages: at least one message is required");
        RefuseIf(turns.Count > 0 && turns[0].Role != "user", "messages: first message must use the \"user\" role");
        RefuseIf(turns.Count > 0 && turns[^1].Role == "assistant", "This model does not support assistant message prefill. The conversation must end with a user message.");
        List<string> demanded = [];
        foreach (var (role, blocks) in turns)
        {
            CheckResults(demanded, role == "user" ? blocks : []);
            demanded = [.. blocks.Where(static block => TextOf(block, "type") == "tool_use").Select(static block => TextOf(block, "id") ?? "")];
            blocks.ForEach(block => CheckBlock(block, role));
        }

        RefuseIf(demanded.Count > 0, $"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", demanded)}");
    }

    private void CheckSystem(JsonElement body)
    {
        if (body.TryGetProperty("system", out var system))
        {
            var texts = system.ValueKind == JsonValueKind.Array ? [.. system.EnumerateArray().Select(static block => TextOf(block, "text"))] : new[] { system.GetString() };
            RefuseIf(texts.Length == 0 || texts.Any(string.IsNullOrWhiteSpace), "system: text content blocks must be non-empty");
        }
    }

    private void CheckTools(JsonElement body)
    {
        if (ListOf(body, "tools") is not { } tools)
        {
            RefuseIf(body.TryGetProperty("tool_choice", out _), "tool_choice: may only be specified while providing tools");
            return;
        }

        Names(tools, static tool => TextOf(tool, "name"));
        foreach (var tool in tools.EnumerateArray())
        {
            Only(tool, "tools.", "type", "name", "description", "input_schema", "cache_control", "strict");
            RefuseIf(TextOf(tool.GetProperty("input_schema"), "type") != "object", "tools.input_schema.type: Input should be 'object'");
            RefuseIf(
                tool.GetProperty("input_schema").EnumerateObject().Any(static member => member.Name is "oneOf" or "allOf" or "anyOf"),
                "tools.input_schema: does not support oneOf, allOf, or anyOf at the top level");
        }
    }

    /// <summary>Messages of one role in a row are one turn.</summary>
    private List<(string Role, List<JsonElement> Blocks)> Turns(List<JsonElement> messages)
    {
        var turns = new List<(string Role, List<JsonElement> Blocks)>();
        foreach (var (index, message) in messages.Index())
        {
            Only(message, $"messages.{index}.", "role", "content");
            var role = TextOf(message, "role") ?? "";
            RefuseIf(role is not ("user" or "assistant"), $"messages: Unexpected role \"{role}\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role.");
            List<JsonElement> blocks = ListOf(message, "content") is { } list ? [.. list.EnumerateArray()]
                : [JsonSerializer.SerializeToElement(new { type = "text", text = TextOf(message, "content") ?? "" })];
            RefuseIf(blocks.Count == 0, $"messages.{index}: all messages must have non-empty content");
            if (turns.Count > 0 && turns[^1].Role == role)
            {
                turns[^1].Blocks.AddRange(blocks);
            }
            else
            {
                turns.Add((role, blocks));
            }
        }

        return turns;
    }

    /// <summary>The blocks behind calls begin with a result for each of them, and no others.</summary>
    private void CheckResults(List<string> demanded, List<JsonElement> blocks)
    {
        var first = blocks.TakeWhile(static block => TextOf(block, "type") == "tool_result").Select(static block => TextOf(block, "tool_use_id") ?? "").ToList();
        var all = blocks.Where(static block => TextOf(block, "type") == "tool_result").Select(static block => TextOf(block, "tool_use_id") ?? "").ToList();
        RefuseIf(demanded.Except(first).Any(), $"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", demanded.Except(first))}");
        RefuseIf(all.Except(demanded).Any(), $"messages: unexpected `tool_use_id` found in `tool_result` blocks: {string.Join(", ", all.Except(demanded))}");
        RefuseIf(all.Count != all.Distinct().Count(), "messages: each tool_use must have a single result");
    }

    private void CheckBlock(JsonElement block, string role)
    {
        var type = TextOf(block, "type") ?? "";
        RefuseIf(!s_blocks.Contains(type), $"messages.content: unknown type '{type}'");
        RefuseIf(role == "user" && (type is "tool_use" or "thinking" or "redacted_thinking"), $"messages.content: '{type}' is not of the user");
        RefuseIf(role == "assistant" && (type is "tool_result" or "image" or "document"), $"messages.content: '{type}' is not of the assistant");
        switch (type)
        {
            case "text":
                Only(block, "messages.content.", "type", "text", "citations", "cache_control");
                RefuseIf(string.IsNullOrWhiteSpace(TextOf(block, "text")), "messages: text content blocks must contain non-whitespace text");
                break;
            case "tool_use":
                Only(block, "messages.content.", "type", "id", "name", "input", "cache_control");
                Name(TextOf(block, "name"), "messages.content.tool_use.name");
                Name(TextOf(block, "id"), "messages.content.tool_use.id");
                RefuseIf(!_ids.Add(TextOf(block, "id") ?? ""), "messages: `tool_use` ids must be unique");
                RefuseIf(block.GetProperty("input").ValueKind != JsonValueKind.Object, "messages.content.tool_use.input: Input should be a valid dictionary");
                break;
            case "tool_result":
                Only(block, "messages.content.", "type", "tool_use_id", "content", "is_error", "cache_control");
                foreach (var part in ListOf(block, "content")?.EnumerateArray() ?? default)
                {
                    RefuseIf(TextOf(part, "type") == "text" && string.IsNullOrWhiteSpace(TextOf(part, "text")), "messages: text content blocks must be non-empty");
                }

                break;
        }
    }
}
