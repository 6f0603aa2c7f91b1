using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary>What users type as an input, an answer or a value.</summary>
internal static class InputText
{
    /// <summary>The input of a command line: a text, JSON, values for the state, or a text with such values.</summary>
    public static JsonNode Read(string? text, string? structured, IReadOnlyList<string> values)
    {
        if (text is not null && structured is not null)
        {
            throw new BadInputException("actant: INPUT and --input are both there; keep one of them.");
        }

        var input = text is not null ? JsonValue.Create(StandardInput.TextOr(text))
            : structured is not null ? OfFileOrJson(structured)
            : null;
        if (values.Count == 0)
        {
            return input ?? throw new BadInputException("actant: INPUT is missing: a text, --input FILE|JSON, or --set KEY=VALUE.");
        }

        var whole = input switch
        {
            null => [],
            JsonObject fields => fields,
            JsonValue one when one.GetValueKind() == JsonValueKind.String => new JsonObject
            {
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = one.GetValue<string>() }),
            },
            _ => throw new BadInputException("actant: --set goes with a text or an object, and --input is neither."),
        };
        foreach (var (key, value) in values.Select(static pair => Pair(pair, "--set")))
        {
            whole[key] = ValueOf(value);
        }

        return whole;
    }

    /// <summary>JSON if it is that, else the text itself.</summary>
    public static JsonNode? ValueOf(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    public static KeyValuePair<string, string> Pair(string text, string option)
    {
        var at = text.IndexOf('=');
        return at > 0 ? new(text[..at], text[(at + 1)..]) : throw new BadInputException($"actant: '{text}' behind {option} is no NAME=VALUE.");
    }

    /// <exception cref="BadInputException">It is JSON that can be stored nowhere: an escape in it spells half of a character.</exception>
    private static JsonNode? Parse(string text)
    {
        var node = JsonNode.Parse(text, documentOptions: JsonLimits.Value);
        try
        {
            // Not before it is written are its escapes looked at.
            _ = node?.ToJsonString();
            return node;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new BadInputException("actant: the JSON holds half of a surrogate pair; write the whole character.");
        }
    }

    private static JsonNode OfFileOrJson(string given)
    {
        try
        {
            var isJson = given.TrimStart() is ['{' or '[' or '"', ..];
            var text = isJson ? given : given == StandardInput.Name ? StandardInput.Text() : File.ReadAllText(given);
            return Parse(text) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new BadInputException($"actant: --input is no JSON: {JsonLimits.Describe(exception)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"actant: --input is neither JSON nor a file that can be read: {exception.Message}");
        }
    }
}
