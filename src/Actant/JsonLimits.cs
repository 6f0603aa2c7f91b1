using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant;

/// <summary>
/// How deep JSON may be nested. A value is judged once, where it comes in, by the one limit; what holds it (an entry, a signal, a
/// snapshot, a request) adds levels of its own and is read with a limit far above, so that what was let in can always be read.
/// </summary>
public static class JsonLimits
{
    /// <summary>
    /// The most objects and lists in one another that a value from outside may have: an input, arguments, an output, an answer, a
    /// decision, what an expression writes.
    /// </summary>
    public const int MaxDepth = 64;

    /// <summary>The most that is read of what holds such values.</summary>
    public const int DecodeDepth = 512;

    /// <summary>48 MiB: the most bytes of values that are stored at once, as the output of a call or by the end of a node. What holds them adds some.</summary>
    public const int MaxValueBytes = 48 * 1024 * 1024;

    private static readonly SearchValues<byte> s_marks = SearchValues.Create("{}[]\""u8);

    /// <summary>For reading what holds values, and what is judged afterwards.</summary>
    public static JsonDocumentOptions Decoding { get; } = new() { MaxDepth = DecodeDepth };

    /// <summary>For reading a value that is refused if it is too deep.</summary>
    public static JsonDocumentOptions Value { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Whether a value is nested deeper than <see cref="MaxDepth"/>.</summary>
    public static bool IsTooDeep(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return false;
        }

        var rest = JsonMarshal.GetRawUtf8Value(value);
        if (rest.Length <= 2 * MaxDepth)
        {
            return false;
        }

        var depth = 0;
        for (var mark = rest.IndexOfAny(s_marks); mark >= 0; mark = rest.IndexOfAny(s_marks))
        {
            switch (rest[mark])
            {
                case (byte)'"':
                    rest = AfterText(rest[(mark + 1)..]);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            if (depth > MaxDepth)
            {
                return true;
            }

            rest = rest[(mark + 1)..];
        }

        return false;
    }

    /// <summary>Why JSON cannot be read and where, as people count: <c>Line 1, byte 2: …</c>.</summary>
    public static string Describe(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var reason = StorableJson.ReasonOf(exception);
        return exception.LineNumber is { } line ? $"Line {line + 1}, byte {exception.BytePositionInLine + 1}: {reason}" : reason;
    }

    private static ReadOnlySpan<byte> AfterText(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var end = text.IndexOfAny((byte)'"', (byte)'\\');
            if (text[end] == '"')
            {
                return text[(end + 1)..];
            }

            text = text[(end + 2)..];
        }
    }
}
