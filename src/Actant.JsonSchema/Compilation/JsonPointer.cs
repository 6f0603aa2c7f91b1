using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>JSON pointers (RFC 6901) as text. In canonical form they identify a place in a document.</summary>
internal static class JsonPointer
{
    public static string Escape(string token) =>
        token.AsSpan().IndexOfAny('~', '/') < 0
            ? token
            : token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    public static bool TryStep(JsonElement from, string escapedToken, out JsonElement to)
    {
        to = default;
        switch (from.ValueKind)
        {
            case JsonValueKind.Array:
                if (!int.TryParse(escapedToken, out var index) || index < 0 || index >= from.GetArrayLength())
                {
                    return false;
                }

                to = from[index];
                return true;
            case JsonValueKind.Object:
                var token = Encoding.UTF8.GetBytes(Unescape(escapedToken));
                foreach (var property in from.EnumerateObject())
                {
                    if (JsonText.EqualsUnescaped(JsonText.Raw(property), token))
                    {
                        to = property.Value;
                    }
                }

                return to.ValueKind != JsonValueKind.Undefined;
            default:
                return false;
        }
    }
}
