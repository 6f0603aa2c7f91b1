using System.Globalization;
using System.Numerics;

namespace Actant.Arithmetic;

/// <summary>A decimal number of any size, exactly: <c>Mantissa × 10^-Scale</c>, without zeros at the end of its fraction.</summary>
internal readonly record struct ExactDecimal
{
    /// <summary>How many digits a number may have on each side of its point; what needs more is refused: work is bounded.</summary>
    public const int MostDigits = 10_000;

    private const double BitsPerDigit = 3.3219280948873623;

    public ExactDecimal(BigInteger mantissa, int scale)
    {
        for (var step = 1 << 15; step > 0 && scale > 0; step >>= 1)
        {
            if (step > scale || !mantissa.IsEven)
            {
                continue;
            }

            var quotient = BigInteger.DivRem(mantissa, PowerOfTen(step), out var rest);
            if (rest.IsZero)
            {
                mantissa = quotient;
                scale -= step;
            }
        }

        Mantissa = mantissa;
        Scale = mantissa.IsZero ? 0 : scale;
    }

    public static ExactDecimal Zero { get; }

    public static ExactDecimal One { get; } = new(BigInteger.One, 0);

    public BigInteger Mantissa { get; }

    /// <summary>How many digits are behind the point.</summary>
    public int Scale { get; }

    public bool IsInteger => Scale == 0;

    /// <summary>Whether it keeps to <see cref="MostDigits"/> on both sides of the point.</summary>
    public bool Fits
    {
        get
        {
            var most = (MostDigits + Scale) * BitsPerDigit;
            var bits = BigInteger.Abs(Mantissa).GetBitLength();
            return Scale <= MostDigits
                && (bits < most - 1 || (bits < most + 2 && BigInteger.Abs(Mantissa) < PowerOfTen(MostDigits + Scale)));
        }
    }

    /// <summary>The decimal logarithm of its absolute value, roughly.</summary>
    public double Magnitude => BigInteger.Log10(BigInteger.Abs(Mantissa)) - Scale;

    public static ExactDecimal operator -(ExactDecimal value) => new(-value.Mantissa, value.Scale);

    public static ExactDecimal operator +(ExactDecimal left, ExactDecimal right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return new(left.At(scale) + right.At(scale), scale);
    }

    public static ExactDecimal operator -(ExactDecimal left, ExactDecimal right) => left + (-right);

    public static ExactDecimal operator *(ExactDecimal left, ExactDecimal right) =>
        new(left.Mantissa * right.Mantissa, left.Scale + right.Scale);

    public static BigInteger PowerOfTen(int exponent) => BigInteger.Pow(10, exponent);

    /// <summary>Reads <c>-12.5e3</c> and its like; anything else, and what does not fit, gives a problem instead.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ExactDecimal value, out string problem)
    {
        value = default;
        problem = "is no decimal number";
        var mark = text.IndexOfAny('e', 'E');
        var number = mark < 0 ? text : text[..mark];
        var isNegative = number is ['-', ..];
        number = number is ['-' or '+', ..] ? number[1..] : number;
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if ((whole.IsEmpty && fraction.IsEmpty) || !IsDigits(whole) || !IsDigits(fraction)
            || !TryParseExponent(mark < 0 ? "0" : text[(mark + 1)..], out var exponent))
        {
            return false;
        }

        problem = $"has more than {MostDigits} digits on a side of its point";
        whole = whole.TrimStart('0');
        fraction = fraction.TrimEnd('0');
        if (whole.Length > MostDigits || fraction.Length > MostDigits)
        {
            return false;
        }

        var mantissa = BigInteger.Parse($"0{whole}{fraction}", NumberStyles.None);
        mantissa = isNegative ? -mantissa : mantissa;
        var scale = fraction.Length - exponent;
        if (mantissa.IsZero || Math.Abs(scale) > 2 * MostDigits)
        {
            return mantissa.IsZero;
        }

        value = scale < 0 ? new(mantissa * PowerOfTen(-scale), 0) : new(mantissa, scale);
        return value.Fits;
    }

    /// <summary>The number times 10^<paramref name="scale"/>, which is at least its own scale.</summary>
    public BigInteger At(int scale) => scale == Scale ? Mantissa : Mantissa * PowerOfTen(scale - Scale);

    /// <summary>All its digits, without an exponent.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Mantissa).ToString().PadLeft(Scale + 1, '0');
        var sign = Mantissa.Sign < 0 ? "-" : "";
        return Scale == 0 ? $"{sign}{digits}" : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    // An exponent beyond all bounds stays beyond all bounds when it is cut off.
    private static bool TryParseExponent(ReadOnlySpan<char> text, out int exponent)
    {
        var isNegative = text is ['-', ..];
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        exponent = 0;
        if (digits.IsEmpty || !IsDigits(digits))
        {
            return false;
        }

        digits = digits.TrimStart('0');
        exponent = digits.Length > 8 ? 100_000_000 : digits.IsEmpty ? 0 : int.Parse(digits, NumberStyles.None);
        exponent = isNegative ? -exponent : exponent;
        return true;
    }
}
