using System.Text.Json;
using Actant.Journaling;

namespace Actant.Filters;

/// <summary>What filters made of a value, as it can be stored.</summary>
internal static class FilteredValue
{
    /// <summary>The value as it will be read back.</summary>
    /// <param name="what">What it is, in words for people.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FilterRefusedException">It cannot be kept.</exception>
    public static JsonElement Stored(string what, JsonElement value)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.Undefined)
            {
                throw FilterFaults.Unusable(what, "it is no value.");
            }

            if (JsonLimits.IsTooDeep(value))
            {
                throw FilterFaults.Unusable(what, $"it is nested more than {JsonLimits.MaxDepth} deep.");
            }

            var stored = JournalText.AsStored(value) ?? throw FilterFaults.Unusable(what, "a text of it is no Unicode: it holds half of a surrogate pair.");
            return JsonValues.BytesOf(stored) <= JsonLimits.MaxValueBytes ? stored
                : throw FilterFaults.Unusable(what, $"it has more than {JsonLimits.MaxValueBytes} bytes.");
        }
        catch (ObjectDisposedException)
        {
            throw FilterFaults.Unusable(what, "its JsonDocument was disposed of. Return a clone.");
        }
    }
}
