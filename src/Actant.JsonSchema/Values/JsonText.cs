using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Reads JSON strings from their raw UTF-8. <see cref="JsonElement.GetString"/> allocates and throws on lone
/// surrogates, which are legal JSON and therefore must not break a validation.
/// </summary>
internal static class JsonText
{
    private const int StackLimit = 256;

    public static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    public static ReadOnlySpan<byte> Raw(JsonProperty property) => JsonMarshal.GetRawUtf8PropertyName(property);

    public static string ToString(JsonElement text) => ToString(Raw(text));

    public static string NameOf(JsonProperty property) => ToString(Raw(property));

    public static string ToString(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(Unescaped(raw));

    public static byte[] Unescaped(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return raw.ToArray();
        }

        var buffer = new byte[raw.Length];
        return buffer.AsSpan(0, Unescape(raw, buffer)).ToArray();
    }

    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (!left.Contains((byte)'\\') && !right.Contains((byte)'\\'))
        {
            return left.SequenceEqual(right);
        }

        // An escape takes at most six bytes for one, so very different lengths need no unescaping.
        return left.Length <= 6 * (long)right.Length && right.Length <= 6 * (long)left.Length
            && Unescaped(left).AsSpan().SequenceEqual(Unescaped(right));
    }

    public static bool EqualsUnescaped(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> unescaped) =>
        raw.Contains((byte)'\\') ? Unescaped(raw).AsSpan().SequenceEqual(unescaped) : raw.SequenceEqual(unescaped);

    /// <summary>Length as JSON Schema counts it; a lone surrogate counts as one.</summary>
    public static int CodePoints(ReadOnlySpan<byte> raw)
    {
        if (raw.Contains((byte)'\\'))
        {
            byte[]? rented = null;
            var buffer = raw.Length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(raw.Length));
            var length = CountLeadBytes(buffer[..Unescape(raw, buffer)]);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            return length;
        }

        return Ascii.IsValid(raw) ? raw.Length : CountLeadBytes(raw);
    }

    /// <summary>Writes at most <c>raw.Length</c> bytes; lone surrogates keep their three-byte form so that they stay distinct.</summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var written = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
            {
                raw.CopyTo(target[written..]);
                return written + raw.Length;
            }

            raw[..plain].CopyTo(target[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw[1] != (byte)'u')
            {
                target[written++] = Simple(raw[1]);
                raw = raw[2..];
                continue;
            }

            var scalar = Hex(raw.Slice(2, 4));
            raw = raw[6..];
            if (scalar is >= 0xD800 and < 0xDC00 && raw.StartsWith("\\u"u8) && Hex(raw.Slice(2, 4)) is >= 0xDC00 and < 0xE000 and var low)
            {
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00);
                raw = raw[6..];
            }

            written += Encode(scalar, target[written..]);
        }

        return written;
    }

    private static int CountLeadBytes(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
        {
            count += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escape,
    };

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }

    private static int Encode(int scalar, Span<byte> target)
    {
        switch (scalar)
        {
            case < 0x80:
                target[0] = (byte)scalar;
                return 1;
            case < 0x800:
                target[0] = (byte)(0xC0 | (scalar >> 6));
                target[1] = (byte)(0x80 | (scalar & 0x3F));
                return 2;
            case < 0x10000:
                target[0] = (byte)(0xE0 | (scalar >> 12));
                target[1] = (byte)(0x80 | ((scalar >> 6) & 0x3F));
                target[2] = (byte)(0x80 | (scalar & 0x3F));
                return 3;
            default:
                target[0] = (byte)(0xF0 | (scalar >> 18));
                target[1] = (byte)(0x80 | ((scalar >> 12) & 0x3F));
                target[2] = (byte)(0x80 | ((scalar >> 6) & 0x3F));
                target[3] = (byte)(0x80 | (scalar & 0x3F));
                return 4;
        }
    }
}
