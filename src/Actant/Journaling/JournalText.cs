using System.Text;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>JSON from outside in the form in which the journal keeps it.</summary>
internal static class JournalText
{
    /// <summary>The text with U+FFFD in place of what is no Unicode, as it would be read back.</summary>
    public static string AsText(string? text) =>
        text is null ? "" : NameRules.IsText(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// The value as it will be read back: without white space, with the escapes of the journal. <c>null</c> when it cannot be
    /// stored, because a text in it holds half of a surrogate pair.
    /// </summary>
    public static JsonElement? AsStored(JsonElement value) =>
        ToBytes(value) is { } bytes ? JsonElement.Parse(bytes, JsonLimits.Decoding) : null;

    /// <summary>How many bytes the value has in that form; <c>null</c> when it cannot be stored.</summary>
    public static int? StoredBytes(JsonElement value) => ToBytes(value)?.Length;

    private static byte[]? ToBytes(JsonElement value)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, JournalJson.Default.JsonElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
