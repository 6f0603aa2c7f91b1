using System.Text.Json;

namespace Actant.Journaling;

/// <summary>
/// The one reading of messages that come from outside: what it finds no fault with can be used, and what is used was read by it. Of
/// what was stored before it knew better it makes what it can, and never fails.
/// </summary>
internal static class MessageReader
{
    private const string CallForm = "A call must be {id, name, arguments}, or {id, type: function, function: {name, arguments}}.";

    private static readonly string[] s_call = ["id", "type", "index", "name", "arguments", "function", "vendor_id", "provider_data", "extra_content"];
    private static readonly string[] s_function = ["name", "arguments"];

    /// <summary>A message; what cannot be read in it is left out.</summary>
    public static Message Read(JsonElement message) => Read(message, "", isOfModel: false, out _);

    /// <summary>The messages of a list; anything else has none.</summary>
    public static IReadOnlyList<Message> ReadList(JsonElement messages) =>
        messages.ValueKind == JsonValueKind.Array ? [.. messages.EnumerateArray().Select(Read)] : [];

    /// <summary>What is wrong with a list of messages, as path and message; <c>null</c> if each can be used as it is.</summary>
    /// <param name="messages">The list.</param>
    /// <param name="isOfModel">Whether a model wrote them: texts of arguments are what they are.</param>
    public static (string Path, string Message)? FaultOf(JsonElement messages, bool isOfModel = false)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            return ("messages", "`messages` must be a list of {role, content}.");
        }

        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            Read(message, $"messages[{index}]", isOfModel, out var fault);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>
    /// What is wrong with a history that is told as a whole, beyond its messages: a result of no call before it, or a second one, which vendors refuse
    /// with everything that follows. A call without a result is none: it was given up.
    /// </summary>
    public static (string Path, string Message)? FaultOfPairs(IReadOnlyList<Message> messages)
    {
        var (open, answered) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < messages.Count; i++)
        {
            var (role, id) = (messages[i].Role, messages[i].ToolCallId ?? "");
            if (role != Roles.Tool)
            {
                open = (messages[i].ToolCalls ?? []).Select(static call => call.Id).ToHashSet(StringComparer.Ordinal);
                answered.Clear();
            }
            else if (!open.Remove(id))
            {
                return ($"messages[{i}].tool_call_id", answered.Contains(id) ? $"The call `{id}` has a result already; leave one of them out."
                    : $"The answer before it has no call `{id}`: a result stands behind the `assistant` message that has the call, with nothing but other results in between.");
            }
            else
            {
                answered.Add(id);
            }
        }

        return null;
    }

    private static Message Read(JsonElement message, string path, bool isOfModel, out (string Path, string Message)? fault)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            fault = (path, "A message must be an object with `role` and `content`.");
            return new Message { Role = Roles.User };
        }

        var faults = new FirstFault { IsOfModel = isOfModel };
        var role = message.Text("role") ?? "";
        if (role is not (Roles.User or Roles.Assistant or Roles.System or Roles.Tool))
        {
            faults.Add($"{path}.role", role == "function"
                ? "`role: function` is the older form: a result has `role: tool` and the `tool_call_id` of its call."
                : "`role` must be user, assistant, system or tool.");
            role = Roles.User;
        }

        var isAnswer = role == Roles.Assistant;
        MessageExtras.Check(message, path, isAnswer, faults);
        var calls = ReadCalls(message, path, faults);
        var mayBeEmpty = isAnswer && (calls is { Count: > 0 } || MessageExtras.HasRefusal(message));
        var content = ReadContent(message, $"{path}.content", mayBeEmpty, faults);
        var read = new Message
        {
            Id = ReadText(message, "id", path, faults),
            Role = role,
            Name = ReadText(message, "name", path, faults),
            Content = isAnswer ? MessageExtras.WithRefusal(message, content) : content,
            ToolCalls = calls,
            ToolCallId = ReadText(message, "tool_call_id", path, faults),
            Parts = MessageExtras.Parts(message),
            Provider = ReadText(message, "provider", path, faults),
            Unknown = MessageExtras.Unknown(message),
        };
        if (calls is not null && role != Roles.Assistant)
        {
            faults.Add($"{path}.tool_calls", "Only an assistant's message has `tool_calls`.");
        }

        if (role == Roles.Tool && string.IsNullOrEmpty(read.ToolCallId))
        {
            faults.Add($"{path}.tool_call_id", "The result of a call needs the `tool_call_id` that it belongs to.");
        }

        fault = faults.First;
        return read;
    }

    private static JsonElement ReadContent(JsonElement message, string path, bool mayBeNone, FirstFault faults)
    {
        var content = message.TryGetProperty("content"u8, out var member) ? member : default;
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return content;
            case JsonValueKind.Array:
                foreach (var (index, part) in content.EnumerateArray().Index())
                {
                    if ((MessageParts.FaultOf(part) ?? MessageParts.LeftOut(part)) is { } wrong)
                    {
                        faults.Add($"{path}[{index}]{wrong.Path}", wrong.Message);
                    }
                }

                return content;
            case JsonValueKind.Null or JsonValueKind.Undefined when mayBeNone:
                return default;
            default:
                faults.Add(path, "`content` must be a text or a list of parts.");
                return default;
        }
    }

    private static List<ToolDemand>? ReadCalls(JsonElement message, string path, FirstFault faults)
    {
        if (!message.TryGetProperty("tool_calls"u8, out var calls) || calls.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (calls.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"{path}.tool_calls", "`tool_calls` must be a list of {id, name, arguments}.");
            return null;
        }

        var read = new List<ToolDemand>(calls.GetArrayLength());
        foreach (var (index, call) in calls.EnumerateArray().Index())
        {
            var at = $"{path}.tool_calls[{index}]";
            var function = call.Member("function") ?? call;
            if (call.Text("id") is not { Length: > 0 } id || function.Text("name") is not { Length: > 0 } name)
            {
                faults.Add(at, CallForm);
            }
            else if (read.Exists(earlier => earlier.Id == id))
            {
                faults.Add($"{at}.id", $"Two calls of one answer have the id `{id}`.");
            }
            else
            {
                read.Add(new ToolDemand(id, name, ReadArguments(function, at, faults))
                {
                    VendorId = call.Text("vendor_id"),
                    ProviderData = call.Member("provider_data") ?? call.Member("extra_content"),
                });
                CheckMembers(call, at, s_call, faults);
                if (call.Member("type") is not null && call.Text("type") != "function")
                {
                    faults.Add($"{at}.type", $"Calls are of type function. {CallForm}");
                }

                if (call.Member("function") is { } inner)
                {
                    CheckMembers(inner, $"{at}.function", s_function, faults);
                }
            }
        }

        return read;
    }

    /// <summary>Notes what of a call would be left out.</summary>
    private static void CheckMembers(JsonElement value, string path, string[] known, FirstFault faults)
    {
        foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null && !known.Contains(member.Name)))
        {
            faults.Add($"{path}.{member.Name}", $"A call has no field `{member.Name}`. {CallForm}");
        }
    }

    private static JsonElement ReadArguments(JsonElement function, string path, FirstFault faults)
    {
        var arguments = function.Member("arguments");
        if (arguments is { ValueKind: JsonValueKind.String } text)
        {
            // As OpenAI has them. A text that is no JSON stays one: it is what a model said that could not write it.
            var parsed = StorableJson.Parse(text.GetString()!, out var fault);
            if (fault == StorableJson.Half && !faults.IsOfModel)
            {
                faults.Add($"{path}.arguments", "The JSON in `arguments` holds half of a surrogate pair; write the whole character, or U+FFFD.");
            }

            arguments = parsed is { ValueKind: JsonValueKind.Object } ? parsed : text;
        }

        if (arguments is not { ValueKind: JsonValueKind.Object } read)
        {
            if (arguments is not { ValueKind: JsonValueKind.String })
            {
                faults.Add($"{path}.arguments", "`arguments` must be an object, or its JSON as a text.");
            }

            return arguments ?? JsonValues.Null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in read.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                faults.Add($"{path}.arguments", $"`{member.Name}` stands twice in the arguments.");
            }
        }

        return read;
    }

    private static string? ReadText(JsonElement message, string name, string path, FirstFault faults)
    {
        if (message.Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            faults.Add($"{path}.{name}", $"`{name}` must be a text.");
            return null;
        }

        return value.GetString();
    }
}
