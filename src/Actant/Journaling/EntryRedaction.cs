using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Storage;

namespace Actant.Journaling;

/// <summary>
/// Takes the content out of an entry and leaves its form: ids, names of tools and nodes, roles, numbers of tokens and times stay, so that the
/// fold and an open execution go on. Texts become <see cref="Mark"/>, numbers 0.
/// </summary>
internal static class EntryRedaction
{
    /// <summary>What stands in place of a text.</summary>
    public const string Mark = "[erased]";

    // Values that people, models and tools said, wherever in a payload they stand.
    private static readonly HashSet<string> s_content = new(StringComparer.Ordinal)
    {
        "input", "arguments", "output", "answer", "value", "content", "reason", "prompt", "message", "response_schema", "user_id", "organization_id",
    };

    // What makes a message or a part of one what it is.
    private static readonly HashSet<string> s_form = new(StringComparer.Ordinal)
    {
        "id", "role", "type", "tool_call_id", "call_id", "vendor_id", "tool", "media_type", "index", "provider",
    };

    /// <summary>An entry's body without its content. <c>null</c> if it is no JSON: nothing can be kept of it then.</summary>
    /// <param name="stored">The entry.</param>
    /// <param name="blob">Its payload, where a blob holds it.</param>
    public static byte[]? Redact(StoredEntry stored, byte[]? blob)
    {
        try
        {
            if (JsonNode.Parse(stored.Body.Span, documentOptions: JsonLimits.Decoding) is not JsonObject body)
            {
                return null;
            }

            var payload = blob is null ? body["payload"]?.DeepClone() : JsonNode.Parse(blob, documentOptions: JsonLimits.Decoding);
            body.Remove("blob");
            body["payload"] = payload is JsonObject fields ? Payload(fields) : payload;
            return WriteOf(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What stands in place of an entry that cannot be read.</summary>
    public static byte[] Nothing() => """{"v":1,"kind":"erased","at":0,"payload":{"erased":true}}"""u8.ToArray();

    private static byte[] WriteOf(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = JsonLimits.DecodeDepth }))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private static JsonObject Payload(JsonObject fields)
    {
        var hasParts = fields["has_parts"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True;
        foreach (var (name, value) in fields.ToList())
        {
            fields[name] = (name, value) switch
            {
                // The failure's code, the interrupt's reason and the principal's ids are words of ours, or the record of who acted.
                ("principal" or "request" or "pin" or "usage", _) => value?.DeepClone(),
                ("failure", JsonObject failure) => Failure(failure),
                ("interrupt", JsonObject asked) => Interrupt(asked),
                ("message", JsonObject message) => Message(message),
                ("operations" or "tool_calls" or "cut_calls", JsonArray items) => Each(items, item => item is JsonObject inner ? Payload(inner) : item),
                ("call" or "security" or "report", JsonObject inner) => Payload(inner),
                ("output", JsonArray parts) when hasParts => Parts(parts),
                _ when s_content.Contains(name) => Value(value),
                _ => value?.DeepClone(),
            };
        }

        return (JsonObject)fields.DeepClone();
    }

    private static JsonObject Failure(JsonObject failure)
    {
        var kept = (JsonObject)failure.DeepClone();
        kept["message"] = Mark;
        return kept;
    }

    private static JsonObject Interrupt(JsonObject asked)
    {
        var kept = (JsonObject)asked.DeepClone();
        if (kept.ContainsKey("prompt"))
        {
            kept["prompt"] = Mark;
        }

        if (kept["arguments"] is { } arguments)
        {
            kept["arguments"] = Value(arguments);
        }

        if (kept["proposal"] is JsonObject proposal)
        {
            kept["proposal"] = Payload(proposal);
        }

        return kept;
    }

    /// <summary>A value of the state, an input, an answer: messages in it keep their form.</summary>
    private static JsonNode? Value(JsonNode? value) => value switch
    {
        JsonObject message when message["role"] is JsonValue && (message.ContainsKey("content") || message.ContainsKey("tool_calls")) => Message(message),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Value(field.Value)))),
        JsonArray items => Each(items, Value),
        JsonValue leaf => Leaf(leaf),
        _ => null,
    };

    /// <summary>Of people the name is content too; of tools and nodes it is what they are.</summary>
    private static JsonObject Message(JsonObject message) => new(Sendable(message).Select(field => KeyValuePair.Create(field.Key, field.Key switch
    {
        "content" when field.Value is JsonArray parts => Parts(parts),
        "tool_calls" when field.Value is JsonArray calls => Each(calls, call => call is JsonObject fields ? Fields(fields) : Value(call)),
        "name" => IsOfAPerson(message) ? Value(field.Value) : field.Value?.DeepClone(),
        _ when s_form.Contains(field.Key) => field.Value?.DeepClone(),
        _ => Value(field.Value),
    })));

    private static JsonArray Parts(JsonArray parts) => Each(parts, part => part is JsonObject fields ? Part(fields) : Value(part));

    /// <summary>A picture or a file of which nothing is left would be refused by the vendor: a text says that something was there.</summary>
    private static JsonObject Part(JsonObject part) => part["type"]?.ToString() is null or "text" or "refusal" or "json"
        ? Fields(part)
        : new JsonObject { ["type"] = "text", ["text"] = Mark };

    private static JsonObject Fields(JsonObject part) => new(Sendable(part).Select(field => KeyValuePair.Create(
        field.Key,
        (s_form.Contains(field.Key) || field.Key == "name") && field.Value is JsonValue ? field.Value.DeepClone() : Value(field.Value))));

    /// <summary>Without what goes back to a vendor whole or not at all: signatures and the like.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sendable(JsonObject fields) =>
        fields.Where(static field => field.Key is not ("parts" or "provider_data"));

    private static bool IsOfAPerson(JsonObject message) => message["role"]?.ToString() is "user";

    private static JsonArray Each(JsonArray items, Func<JsonNode?, JsonNode?> change) => [.. items.Select(item => change(item?.DeepClone())?.DeepClone())];

    private static JsonNode Leaf(JsonValue leaf) => leaf.GetValueKind() switch
    {
        JsonValueKind.String => JsonValue.Create(Mark),
        JsonValueKind.Number => JsonValue.Create(0),
        _ => leaf.DeepClone(),
    };
}
