using System.Buffers;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>
/// The ids of messages that come from outside: of an input, a node's write, an update of the state. An id names one message of its
/// conversation, and the ids of answers are ours alone: else somebody's message would stand for an answer.
/// </summary>
internal static class MessageIds
{
    private const string Prefix = "msg_";
    private const int Digits = 24;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text has the form of an answer's id.</summary>
    public static bool IsOurs(string id) => id.Length == Prefix.Length + Digits && id.StartsWith(Prefix, StringComparison.Ordinal)
        && !id.AsSpan(Prefix.Length).ContainsAnyExcept(s_digits);

    /// <summary>The list as it may be written: a message whose id is another's, or would be an answer's, has none.</summary>
    /// <param name="messages">The list; anything else is given back as it is.</param>
    /// <param name="scope">The conversation.</param>
    /// <param name="replaces">Whether the list takes the place of the conversation: then its messages keep their ids.</param>
    public static JsonElement Clean(JsonElement messages, ScopeState scope, bool replaces) => Cleaned(messages, scope, replaces) ?? messages;

    /// <summary>The same; <c>null</c> where nothing is to be changed.</summary>
    private static JsonElement? Cleaned(JsonElement messages, ScopeState scope, bool replaces)
    {
        if (messages.ValueKind != JsonValueKind.Array || !messages.EnumerateArray().Any(static message => IdOf(message) is not null))
        {
            return null;
        }

        var taken = scope.Messages.Select(static message => message.Message.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var wrong = messages.EnumerateArray().Select(message => IdOf(message) is { } id
            && (!seen.Add(id) || (replaces ? IsOurs(id) && !taken.Contains(id) : IsOurs(id) || taken.Contains(id)))).ToList();
        return wrong.Contains(true) ? JsonValues.Written(writer => WriteList(writer, messages, wrong)) : null;
    }

    /// <summary>An input whose <c>messages</c> are cleaned.</summary>
    public static JsonElement CleanInput(JsonElement input, ScopeState scope)
    {
        if (input.ValueKind != JsonValueKind.Object || !input.TryGetProperty("messages"u8, out var messages)
            || Cleaned(messages, scope, replaces: false) is not { } clean)
        {
            return input;
        }

        return JsonValues.Written(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("messages"u8);
            clean.WriteTo(writer);
            foreach (var member in input.EnumerateObject().Where(static member => !member.NameEquals("messages"u8)))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }

    private static string? IdOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static void WriteList(Utf8JsonWriter writer, JsonElement messages, List<bool> wrong)
    {
        writer.WriteStartArray();
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            if (!wrong[index])
            {
                message.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            foreach (var member in message.EnumerateObject().Where(static member => !member.NameEquals("id"u8)))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
