using System.Numerics;

namespace Actant.Arithmetic;

/// <summary>Logarithm and exponential in binary fixed point: a number <c>n</c> stands for <c>n × 2^-bits</c>.</summary>
internal static class FixedPoint
{
    private const int Halvings = 8;
    private const int Guard = 64;

    /// <summary>The natural logarithm of a positive fraction, wrong by less than a few units of the last bit.</summary>
    public static BigInteger Ln(BigInteger dividend, BigInteger divisor, int bits)
    {
        var inner = bits + Guard;
        var exponent = (int)(dividend.GetBitLength() - divisor.GetBitLength());
        var number = exponent >= 0
            ? (dividend << inner) / (divisor << exponent)
            : (dividend << (inner - exponent)) / divisor;

        // Near 1 the series is short; each square root halves the logarithm.
        for (var step = 0; step < Halvings; step++)
        {
            number = Roots.Floor(number << inner, 2);
        }

        var one = BigInteger.One << inner;
        var series = AreaTangent(((number - one) << inner) / (number + one), inner) << (Halvings + 1);
        return (series + (exponent * LnOfTwo(inner))) >> Guard;
    }

    /// <summary>The exponential of a number; the caller sees to it that the result has a bearable size.</summary>
    public static BigInteger Exp(BigInteger exponent, int bits)
    {
        const int Squarings = 24;
        var inner = bits + Guard + Squarings;
        var lnOfTwo = LnOfTwo(inner);
        var scaled = exponent << (Guard + Squarings);
        var twos = (int)((scaled - (((scaled % lnOfTwo) + lnOfTwo) % lnOfTwo)) / lnOfTwo);
        var rest = (scaled - (twos * lnOfTwo)) >> Squarings;

        var one = BigInteger.One << inner;
        var sum = one;
        var term = one;
        for (var n = 1; !term.IsZero; n++)
        {
            term = ((term * rest) >> inner) / n;
            sum += term;
        }

        for (var step = 0; step < Squarings; step++)
        {
            sum = (sum * sum) >> inner;
        }

        var shift = twos - Guard - Squarings;
        return shift >= 0 ? sum << shift : sum >> -shift;
    }

    // 2 × artanh(1/3); small divisors keep it cheap.
    private static BigInteger LnOfTwo(int bits)
    {
        var term = (BigInteger.One << (bits + 1)) / 3;
        var sum = term;
        for (var n = 3; !term.IsZero; n += 2)
        {
            term /= 9;
            sum += term / n;
        }

        return sum;
    }

    private static BigInteger AreaTangent(BigInteger number, int bits)
    {
        var square = (number * number) >> bits;
        var term = number;
        var sum = number;
        for (var n = 3; !term.IsZero && term != BigInteger.MinusOne; n += 2)
        {
            term = (term * square) >> bits;
            sum += term / n;
        }

        return sum;
    }
}
