using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// A JSON number of any size, exactly: significant digits (no leading or trailing zeros) times a power of ten.
/// It is a view of the raw text, so nothing is allocated and <c>1e999999999</c> costs no more than <c>1</c>.
/// </summary>
internal readonly ref struct JsonNumber
{
    /// <summary>Exponents are cut off here; numbers beyond differ only in size from one another, never from real ones.</summary>
    private const long ExponentLimit = 1_000_000_000_000_000;

    private readonly ReadOnlySpan<byte> _whole;
    private readonly ReadOnlySpan<byte> _fraction;

    public JsonNumber(ReadOnlySpan<byte> raw)
    {
        IsNegative = raw[0] == (byte)'-';
        raw = IsNegative ? raw[1..] : raw;
        var mark = raw.IndexOfAny((byte)'e', (byte)'E');
        var exponent = mark < 0 ? 0 : ParseExponent(raw[(mark + 1)..]);
        var digits = mark < 0 ? raw : raw[..mark];
        var point = digits.IndexOf((byte)'.');
        _whole = (point < 0 ? digits : digits[..point]).TrimStart((byte)'0');
        _fraction = (point < 0 ? default : digits[(point + 1)..]).TrimEnd((byte)'0');
        exponent -= _fraction.Length;
        if (_fraction.IsEmpty)
        {
            var trimmed = _whole.TrimEnd((byte)'0');
            exponent += _whole.Length - trimmed.Length;
            _whole = trimmed;
        }
        else if (_whole.IsEmpty)
        {
            _fraction = _fraction.TrimStart((byte)'0');
        }

        Exponent = Count == 0 ? 0 : exponent;
        IsNegative &= Count > 0;
    }

    public bool IsNegative { get; }

    /// <summary>The power of ten of the last significant digit.</summary>
    public long Exponent { get; }

    /// <summary>How many significant digits; none for zero.</summary>
    public int Count => _whole.Length + _fraction.Length;

    public bool IsZero => Count == 0;

    public bool IsInteger => Exponent >= 0;

    public static JsonNumber Of(JsonElement number) => new(JsonMarshal.GetRawUtf8Value(number));

    public int Digit(int index) => (index < _whole.Length ? _whole[index] : _fraction[index - _whole.Length]) - '0';

    /// <returns>Negative, zero or positive, as the left number is less than, equal to or greater than the right.</returns>
    public static int Compare(JsonElement left, JsonElement right)
    {
        var one = Of(left);
        var other = Of(right);
        if (one.IsNegative != other.IsNegative)
        {
            return one.IsNegative ? -1 : 1;
        }

        var magnitude = one.CompareMagnitude(other);
        return one.IsNegative ? -magnitude : magnitude;
    }

    public void AddTo(ref HashCode hash)
    {
        hash.Add(IsNegative);
        hash.Add(Exponent);
        hash.AddBytes(_whole);
        hash.AddBytes(_fraction);
    }

    private static long ParseExponent(ReadOnlySpan<byte> raw)
    {
        var negative = raw[0] == (byte)'-';
        var value = 0L;
        foreach (var digit in raw.TrimStart("+-"u8))
        {
            value = Math.Min((value * 10) + (digit - '0'), ExponentLimit);
        }

        return negative ? -value : value;
    }

    private int CompareMagnitude(JsonNumber other)
    {
        if (IsZero || other.IsZero)
        {
            return other.IsZero ? (IsZero ? 0 : 1) : -1;
        }

        var size = (Count + Exponent).CompareTo(other.Count + other.Exponent);
        for (var i = 0; size == 0 && i < Math.Min(Count, other.Count); i++)
        {
            size = Digit(i).CompareTo(other.Digit(i));
        }

        return size != 0 ? size : Count.CompareTo(other.Count);
    }
}
