using System.Text.Json;

namespace Actant.Journaling;

/// <summary>
/// What vendors put beside the content of an answer, and programs send back as they got it: a refusal and citations stay what they are,
/// reasoning becomes a part, and what cannot be told again is refused, with what to write instead. Nothing is left out in silence.
/// </summary>
internal static class MessageExtras
{
    private const string Refusal = "refusal";
    private const string Annotations = "annotations";

    /// <summary>Fields of reasoning: the one that it came in is the one that it goes back in.</summary>
    private static readonly string[] s_thoughts = ["reasoning_content", "reasoning"];

    private static readonly string[] s_members = ["id", "role", "name", "content", "tool_calls", "tool_call_id", "parts", "provider"];

    private static readonly Dictionary<string, string> s_refused = new(StringComparer.Ordinal)
    {
        ["function_call"] = "`function_call` is how one call was said before there could be several: write `tool_calls: [{id, name, arguments}]`, and the result as a message with `role: tool` and that `tool_call_id`.",
        ["audio"] = "`audio` of an answer cannot be told again: write what it says as `content`, and leave `audio` out.",
    };

    /// <summary>Whether an answer says why it says nothing, which is content enough.</summary>
    public static bool HasRefusal(JsonElement message) => message.Said(Refusal) is not null;

    /// <summary>The content, with what was refused as a part of it.</summary>
    public static JsonElement WithRefusal(JsonElement message, JsonElement content) => message.Said(Refusal) is not { } refusal ? content : JsonValues.Written(writer =>
    {
        writer.WriteStartArray();
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                part.WriteTo(writer);
            }
        }
        else if (content.ValueKind == JsonValueKind.String && content.GetString() is { Length: > 0 } text)
        {
            WritePart(writer, "text", "text", text);
        }

        WritePart(writer, Refusal, Refusal, refusal);
        writer.WriteEndArray();
    });

    /// <summary>The typed parts of a message: those that it brings, and what stands beside its content; <c>null</c> for none.</summary>
    public static IReadOnlyList<JsonElement>? Parts(JsonElement message)
    {
        List<JsonElement> parts = message.Member("parts") is { ValueKind: JsonValueKind.Array } own ? [.. own.EnumerateArray()] : [];
        foreach (var field in s_thoughts)
        {
            if (message.Said(field) is { } thought)
            {
                parts.Add(JsonValues.Written(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("type", "reasoning");
                    writer.WriteString("reasoning", thought);
                    writer.WriteString("field", field);
                    writer.WriteEndObject();
                }));
                break;
            }
        }

        if (message.Member(Annotations) is { ValueKind: JsonValueKind.Array } annotations)
        {
            parts.AddRange(annotations.EnumerateArray().Select(static annotation => annotation.Member("url_citation")).OfType<JsonElement>().Select(CitationOf));
        }

        return parts.Count > 0 ? parts : null;
    }

    /// <summary>Fields of a newer format, in what is stored; what comes in has none.</summary>
    public static Dictionary<string, JsonElement>? Unknown(JsonElement message)
    {
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var member in message.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null && !IsKnown(member.Name)))
        {
            (unknown ??= new(StringComparer.Ordinal))[member.Name] = member.Value;
        }

        return unknown;
    }

    /// <summary>What of a message would be left out. A field that is <c>null</c> counts as not written.</summary>
    public static void Check(JsonElement message, string path, bool isAnswer, FirstFault faults)
    {
        foreach (var member in message.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !s_members.Contains(member.Name) && FaultOf(member.Name, member.Value, isAnswer) is { } fault)
            {
                faults.Add($"{path}.{member.Name}{fault.Path}", fault.Message);
            }
        }

        if (message.Member("parts") is { ValueKind: not JsonValueKind.Array })
        {
            faults.Add($"{path}.parts", "`parts` must be a list.");
        }
    }

    private static (string Path, string Message)? FaultOf(string name, JsonElement value, bool isAnswer)
    {
        if (!IsKnown(name))
        {
            return ("", s_refused.GetValueOrDefault(name) ?? $"A message has no field `{name}`{Spelling.HintOrList(name, s_members, "there are")} Leave it out.");
        }

        if (!isAnswer)
        {
            return ("", $"Only an assistant's message has `{name}`.");
        }

        return name != Annotations ? value.ValueKind == JsonValueKind.String ? null : ("", $"`{name}` must be a text.")
            : value.ValueKind != JsonValueKind.Array ? ("", "`annotations` must be a list.")
            : value.EnumerateArray().Index().Where(static annotation => annotation.Item.Member("url_citation") is not { ValueKind: JsonValueKind.Object })
                .Select(static annotation => ((string, string)?)($"[{annotation.Index}]", "An annotation must be {type: url_citation, url_citation: {url, title}}. Leave others out.")).FirstOrDefault();
    }

    private static bool IsKnown(string name) => name is Refusal or Annotations || s_members.Contains(name) || s_thoughts.Contains(name);

    private static JsonElement CitationOf(JsonElement citation) => JsonValues.Written(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", "citation");
        writer.WriteString("title", citation.Text("title") ?? "");
        if (citation.Text("url") is { } url)
        {
            writer.WriteString("url", url);
        }

        writer.WriteEndObject();
    });

    private static void WritePart(Utf8JsonWriter writer, string type, string field, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString(field, text);
        writer.WriteEndObject();
    }
}
