using System.Numerics;

namespace Actant.Arithmetic;

/// <summary>Roots of fractions, correctly rounded.</summary>
internal static class Roots
{
    // Digits that are worked out behind those asked for; what follows them is known to be zero or not.
    private const int Guard = 2;

    /// <summary>The root of a fraction that is not negative.</summary>
    /// <param name="dividend">Not negative.</param>
    /// <param name="divisor">Positive.</param>
    /// <param name="degree">2 for the square root.</param>
    /// <param name="precision">Digits behind the point.</param>
    public static Calculated Root(BigInteger dividend, BigInteger divisor, int degree, int precision)
    {
        var scaled = dividend * ExactDecimal.PowerOfTen(degree * (precision + Guard));
        var root = Floor(scaled / divisor, degree);
        var isCut = BigInteger.Pow(root, degree) * divisor != scaled;
        return Calculated.Of(new(Rounding.Shorten(root, Guard, isCut, out var isExact), precision), isExact);
    }

    /// <summary>The largest integer whose power is not above the number.</summary>
    public static BigInteger Floor(BigInteger number, int degree)
    {
        if (number.IsZero)
        {
            return number;
        }

        // Newton's method falls from any start above the root, and doubles the right digits of a good one with each step.
        var root = StartAbove(number, degree);
        while (true)
        {
            var next = (((degree - 1) * root) + (number / BigInteger.Pow(root, degree - 1))) / degree;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static BigInteger StartAbove(BigInteger number, int degree)
    {
        var exponent = (BigInteger.Log(number, 2) / degree) + 1e-8;
        var shift = (int)exponent - 50;
        var leading = new BigInteger(Math.Ceiling(Math.Pow(2, exponent - shift)));
        return shift >= 0 ? leading << shift : (leading >> -shift) + 1;
    }
}
