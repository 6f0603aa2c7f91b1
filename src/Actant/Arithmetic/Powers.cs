using System.Numerics;

namespace Actant.Arithmetic;

/// <summary>
/// Powers: of whole exponents exactly (negative ones by division), of simple fractions by a correctly rounded root, of all others
/// by logarithm and exponential, right to the last digit but for a chance of about 10^-20.
/// </summary>
internal static class Powers
{
    private const int LargestDegree = 64;
    private const int MostRootDigits = 40_000;
    private const int MostSeriesDigits = 2500;
    private const int Guard = 20;
    private const double BitsPerDigit = 3.3219280948873623;

    public static Calculated Power(ExactDecimal number, ExactDecimal exponent, int precision)
    {
        if (exponent.Mantissa.IsZero || number == ExactDecimal.One)
        {
            return Calculated.Of(ExactDecimal.One);
        }

        if (number.Mantissa.IsZero)
        {
            return exponent.Mantissa.Sign < 0 ? Calculated.DivisionByZero : Calculated.Of(ExactDecimal.Zero);
        }

        if (number.Mantissa.Sign < 0)
        {
            return exponent.IsInteger ? OfNegative(number, exponent, precision) : Calculated.NegativeRoot;
        }

        var magnitude = number.Magnitude * exponent.Mantissa.Sign * Math.Pow(10, exponent.Magnitude);
        magnitude = double.IsNaN(magnitude) ? 0 : magnitude;
        if (magnitude > ExactDecimal.MostDigits + 1)
        {
            return Calculated.TooLarge;
        }

        return Exact(number, exponent, precision)
            ?? (magnitude < -(precision + 2)
                ? Calculated.Of(ExactDecimal.Zero, isExact: false)
                : BySeries(number, exponent, precision, magnitude));
    }

    private static Calculated OfNegative(ExactDecimal number, ExactDecimal exponent, int precision)
    {
        var power = Power(-number, exponent, precision);
        return exponent.Mantissa.IsEven || power.Failure is not null ? power : Calculated.Of(-power.Value, power.IsExact);
    }

    // x^(n/d) as the d-th root of x^n, where both are of a bearable size.
    private static Calculated? Exact(ExactDecimal number, ExactDecimal exponent, int precision)
    {
        var unit = ExactDecimal.PowerOfTen(exponent.Scale);
        var common = BigInteger.GreatestCommonDivisor(exponent.Mantissa, unit);
        var degree = unit / common;
        var times = BigInteger.Abs(exponent.Mantissa / common);
        var digits = Math.Max(BigInteger.Log10(number.Mantissa), number.Scale) * (double)times;
        if (degree > LargestDegree || digits > 2 * ExactDecimal.MostDigits || times * number.Scale > ExactDecimal.MostDigits
            || (degree > 1 && digits + ((double)degree * precision) > MostRootDigits))
        {
            return null;
        }

        // Log10 of 1 is 0: a number such as 0.1 or 1 has an exponent bounded by its scale, or was answered before.
        var top = BigInteger.Pow(number.Mantissa, (int)times);
        var bottom = ExactDecimal.PowerOfTen(number.Scale * (int)times);
        (top, bottom) = exponent.Mantissa.Sign < 0 ? (bottom, top) : (top, bottom);
        return degree > 1 ? Roots.Root(top, bottom, (int)degree, precision)
            : exponent.Mantissa.Sign < 0 ? Rounding.Divide(top, bottom, precision)
            : Calculated.Of(new(top, number.Scale * (int)times));
    }

    private static Calculated BySeries(ExactDecimal number, ExactDecimal exponent, int precision, double magnitude)
    {
        var exponentDigits = Math.Max(0, exponent.Magnitude);
        var digits = Math.Max(0, magnitude) + exponentDigits + precision + Guard;
        if (digits > MostSeriesDigits)
        {
            return Calculated.TooLarge;
        }

        var bits = (int)(digits * BitsPerDigit) + 1;
        var logarithm = FixedPoint.Ln(number.Mantissa, ExactDecimal.PowerOfTen(number.Scale), bits);
        logarithm = logarithm * exponent.Mantissa / ExactDecimal.PowerOfTen(exponent.Scale);

        // What was estimated is now known: close to 1 a double cannot tell the size of a logarithm.
        if (BigInteger.Abs(logarithm) >> bits > (int)(digits * 2.31))
        {
            return logarithm.Sign < 0 ? Calculated.Of(ExactDecimal.Zero, isExact: false) : Calculated.TooLarge;
        }

        var result = FixedPoint.Exp(logarithm, bits) * ExactDecimal.PowerOfTen(precision + Guard) >> bits;
        return Calculated.Of(new(Rounding.Shorten(result, Guard, isCut: true, out _), precision), isExact: false);
    }
}
