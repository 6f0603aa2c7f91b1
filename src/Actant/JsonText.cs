using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actant;

/// <summary>
/// JSON for models, people and other services, which is no HTML: nothing is escaped that need not be. An ö stays an ö; six characters
/// in its place are more tokens, and worse answers.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as it is, anything else as JSON.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString()!,
        _ when JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0 => value.GetRawText(),
        _ => Unescape(value.GetRawText()),
    };

    private static string Unescape(string json)
    {
        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length;)
        {
            if (json[i] != '\\')
            {
                text.Append(json[i++]);
            }
            else if (json[i + 1] != 'u')
            {
                text.Append(json, i, 2);
                i += 2;
            }
            else
            {
                i += Append(text, json, i);
            }
        }

        return text.ToString();
    }

    /// <summary>Appends what an escape stands for; the escape itself for what has no other form: control characters, and half a character.</summary>
    /// <returns>How far to go on.</returns>
    private static int Append(StringBuilder text, string json, int at)
    {
        var character = Code(json, at);
        if (char.IsHighSurrogate(character) && string.CompareOrdinal(json, at + EscapeLength, "\\u", 0, 2) == 0
            && Code(json, at + EscapeLength) is var low && char.IsLowSurrogate(low))
        {
            text.Append(character).Append(low);
            return 2 * EscapeLength;
        }

        _ = character switch
        {
            '"' or '\\' => text.Append('\\').Append(character),
            _ when char.IsControl(character) || char.IsSurrogate(character) => text.Append(json, at, EscapeLength),
            _ => text.Append(character),
        };
        return EscapeLength;
    }

    private static char Code(string json, int at) => (char)ushort.Parse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
