using System.Text.Json;
using Actant.Expressions.Values;

namespace Actant;

/// <summary>
/// Reads texts as JSON that can be kept, told and compared. What a parser lets pass is not all of that: an escape can spell half of a
/// surrogate pair, which no later reader takes, in a text or in a name.
/// </summary>
internal static class StorableJson
{
    /// <summary>The fault of a text that is JSON and cannot be kept.</summary>
    public const string Half = "It holds half of a surrogate pair.";

    /// <summary>The value that a text is; <c>null</c> where it is none that can be kept, and why, as a sentence.</summary>
    public static JsonElement? Parse(string text, out string? fault)
    {
        if (!NameRules.IsText(text))
        {
            fault = Half;
            return null;
        }

        try
        {
            var value = JsonElement.Parse(text, JsonLimits.Value);
            fault = IsWhole(value) ? null : Half;
            return fault is null ? value : null;
        }
        catch (JsonException exception)
        {
            fault = ReasonOf(exception);
            return null;
        }
    }

    /// <summary>Whether every text and every name of a value can be read.</summary>
    public static bool IsWhole(JsonElement value) => FindBroken(value, "") is null;

    /// <summary>Where a value holds what cannot be read, as a path that begins with the given one; <c>null</c> where it holds nothing such.</summary>
    public static string? FindBroken(JsonElement value, string path) => WholeJson.FindBroken(value, path);

    /// <summary>What a parser says, without the place in the text that it adds.</summary>
    public static string ReasonOf(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }
}
