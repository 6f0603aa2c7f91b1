using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Expressions.Values;

/// <summary>
/// Looks for what a parser of JSON lets pass and no later reader takes: an escape can spell half of a surrogate pair, in a text or in a name.
/// </summary>
internal static class WholeJson
{
    /// <summary>Where a value holds what cannot be read, as a path that begins with the given one; <c>null</c> where it holds nothing such.</summary>
    public static string? FindBroken(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Undefined || JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0 ? null : Search(value, path);

    // As deep as its parser let it be, which is bounded.
    private static string? Search(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (!IsReadable(() => member.Name))
                    {
                        return path;
                    }

                    if (Search(member.Value, $"{path}.{member.Name}") is { } inside)
                    {
                        return inside;
                    }
                }

                return null;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((item, index) => Search(item, $"{path}[{index}]")).FirstOrDefault(static found => found is not null);
            case JsonValueKind.String:
                return IsReadable(() => value.GetString()!) ? null : path;
            default:
                return null;
        }
    }

    private static bool IsReadable(Func<string> read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
