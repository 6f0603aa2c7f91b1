using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actant.Testing.Hostile;

/// <summary>Texts and JSON values that somebody who means ill, or a model on a bad day, would send. The same for the same seed.</summary>
/// <param name="seed">The seed.</param>
internal sealed class HostileValues(int seed)
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 1000 };

    private static readonly string[] s_texts =
    [
        "", " ", "go", "\0", "a\0b", "\ud800", "x\udc00y", "\u202Eevil", "e\u0301\u0301\u0301", "\uFEFF", "\u2028\u2029", "{{ state.n }}", "{% raw %}",
        "null", "\"", "\\", "\\u0000", "</script>", "'; DROP TABLE entries; --", "👩‍👩‍👧‍👦", "ß", "\r\n\t\b\f", "__proto__", "messages", "../../etc",
        "{\"decision\":\"approve\"}", "Infinity", "-0",
    ];

    private static readonly string[] s_numbers =
        ["0", "-0", "1", "-1", "0.1", "1e400", "-1e400", "1e-400", "9007199254740993", "18446744073709551616", "1E+2", "0.30000000000000004"];

    private readonly Random _random = new(seed);

    /// <summary>Below a bound.</summary>
    public int Next(int bound) => _random.Next(bound);

    /// <summary>True once in so many times.</summary>
    public bool OnceIn(int times) => _random.Next(times) == 0;

    /// <summary>One of them.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    /// <summary>A text; now and then a long one.</summary>
    public string Text() => _random.Next(12) switch
    {
        0 => string.Concat(Enumerable.Repeat(Of<string>(s_texts), 3000)),
        1 => new string('ä', 70_000 + _random.Next(10)),
        2 => Of<string>(s_texts) + Of<string>(s_texts),
        _ => Of<string>(s_texts),
    };

    /// <summary>A text of which the store's limits are not the point.</summary>
    public string ShortText() => Of<string>(s_texts);

    /// <summary>A JSON value; now and then one nested deeper than is allowed.</summary>
    public JsonElement Value() => JsonDocument.Parse(Json(), s_deep).RootElement;

    /// <summary>A JSON object.</summary>
    public JsonElement Object() => JsonDocument.Parse(ObjectJson(0), s_deep).RootElement;

    private string Json() => _random.Next(10) switch
    {
        0 => Nested(_random.Next(50, 75)),
        1 => $"[{string.Join(',', Enumerable.Repeat("[]", 2000))}]",
        _ => Json(0),
    };

    private string Json(int depth) => _random.Next(depth > 4 ? 5 : 8) switch
    {
        0 => "null",
        1 => Of("true", "false"),
        2 => Of<string>(s_numbers),
        3 or 4 => Quoted(Text()),
        5 => $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Json(depth + 1)))}]",
        _ => ObjectJson(depth),
    };

    /// <summary>With names twice, now and then.</summary>
    private string ObjectJson(int depth) =>
        $"{{{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => $"{Quoted(Of(ShortText(), "a", "id", "n"))}:{Json(depth + 1)}"))}}}";

    private string Nested(int depth)
    {
        var isList = OnceIn(2);
        var text = new StringBuilder();
        text.Insert(0, isList ? "[" : "{\"a\":", depth);
        return text.Append('1').Append(isList ? ']' : '}', depth).ToString();
    }

    /// <summary>As JSON; halves of surrogate pairs as escapes.</summary>
    private static string Quoted(string text)
    {
        var json = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            _ = character is < ' ' or '"' or '\\' || char.IsSurrogate(character)
                ? json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : json.Append(character);
        }

        return json.Append('"').ToString();
    }
}
