using System.Numerics;

namespace Actant.Arithmetic;

/// <summary>Rounds to the nearest number, and from the middle to the even one.</summary>
internal static class Rounding
{
    /// <summary>Rounds a fraction to so many digits behind the point.</summary>
    public static Calculated Divide(BigInteger dividend, BigInteger divisor, int precision)
    {
        var quotient = BigInteger.DivRem(
            BigInteger.Abs(dividend) * ExactDecimal.PowerOfTen(precision), BigInteger.Abs(divisor), out var rest);
        var rounded = RoundUp(quotient, (rest << 1).CompareTo(BigInteger.Abs(divisor))) ? quotient + 1 : quotient;
        return Calculated.Of(new(dividend.Sign * divisor.Sign < 0 ? -rounded : rounded, precision), rest.IsZero);
    }

    /// <summary>Takes so many digits off the end of a number that is not negative.</summary>
    /// <param name="number">The number.</param>
    /// <param name="digits">How many digits.</param>
    /// <param name="isCut">Whether the number was cut off, so that more digits, not all zero, follow.</param>
    /// <param name="isExact">Whether nothing was lost, here or before.</param>
    public static BigInteger Shorten(BigInteger number, int digits, bool isCut, out bool isExact)
    {
        var unit = ExactDecimal.PowerOfTen(digits);
        var quotient = BigInteger.DivRem(number, unit, out var rest);
        var middle = (rest << 1).CompareTo(unit);
        isExact = rest.IsZero && !isCut;
        return RoundUp(quotient, middle == 0 && isCut ? 1 : middle) ? quotient + 1 : quotient;
    }

    private static bool RoundUp(BigInteger quotient, int middle) => middle > 0 || (middle == 0 && !quotient.IsEven);
}
