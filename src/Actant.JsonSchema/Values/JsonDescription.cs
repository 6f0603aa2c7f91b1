using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Values as error messages show them: short enough for a log line or a prompt, whatever the value's size.</summary>
internal static class JsonDescription
{
    private const int MaxText = 48;
    private const int MaxListed = 12;

    public static string Found(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => $"array of {value.GetArrayLength()}",
        JsonValueKind.String => $"string {Literal(value)}",
        JsonValueKind.Number => $"number {Literal(value)}",
        JsonValueKind.True => "boolean true",
        JsonValueKind.False => "boolean false",
        _ => "null",
    };

    public static string Literal(JsonElement value) =>
        Shorten(Encoding.UTF8.GetString(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value) is var raw && raw.Length > 4 * MaxText
            ? raw[..(4 * MaxText)]
            : raw));

    public static string List(IEnumerable<string> values, string separator = ", ")
    {
        var shown = values.Take(MaxListed + 1).ToList();
        return shown.Count <= MaxListed
            ? string.Join(separator, shown)
            : string.Join(separator, shown.Take(MaxListed)) + separator + "…";
    }

    public static string Shorten(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
