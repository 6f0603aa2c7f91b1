using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Exact divisibility in decimal: the instance's digits are reduced modulo the divisor's significand piece by piece, then
/// scaled by modular exponentiation. So 0.3 is a multiple of 0.1 and 1e308 costs nothing special.
/// </summary>
internal sealed class MultipleOfKeyword : Keyword
{
    /// <summary>More significant digits than that are refused at compile time.</summary>
    public const int MaxDigits = 100;

    private const int LongDigits = 18;

    private readonly JsonElement _divisor;
    private readonly long _exponent;
    private readonly BigInteger _significand;
    private readonly ulong _smallSignificand;

    public MultipleOfKeyword(KeywordSite site, JsonElement divisor)
        : base(site, JsonKinds.Number, KeywordPhase.Assertion)
    {
        _divisor = divisor;
        var number = JsonNumber.Of(divisor);
        var digits = new StringBuilder();
        for (var i = 0; i < number.Count; i++)
        {
            digits.Append((char)('0' + number.Digit(i)));
        }

        _significand = BigInteger.Parse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
        _smallSignificand = number.Count <= LongDigits ? (ulong)_significand : 0;
        _exponent = number.Exponent;
    }

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var number = JsonNumber.Of(instance);
        if (number.IsZero)
        {
            return true;
        }

        if (!evaluation.Charge(number.Count / 8))
        {
            return false;
        }

        // A multiple of s * 10^e is an integer times 10^e; a value whose last non-zero digit is finer than 10^e is none.
        var scale = number.Exponent - _exponent;
        if (scale >= 0 && (_smallSignificand != 0 ? DividesSmall(number, scale) : DividesLarge(number, scale)))
        {
            return true;
        }

        return evaluation.IsCollecting
            && evaluation.Report(this, $"must be a multiple of {JsonDescription.Literal(_divisor)}, found {JsonDescription.Literal(instance)}");
    }

    private bool DividesSmall(JsonNumber number, long scale)
    {
        var remainder = 0UL;
        for (var i = 0; i < number.Count; i++)
        {
            remainder = ((remainder * 10) + (uint)number.Digit(i)) % _smallSignificand;
        }

        UInt128 result = remainder;
        UInt128 power = 10;
        for (var bits = scale; bits > 0 && result != 0; bits >>= 1)
        {
            if ((bits & 1) != 0)
            {
                result = result * power % _smallSignificand;
            }

            power = power * power % _smallSignificand;
        }

        return result == 0;
    }

    private bool DividesLarge(JsonNumber number, long scale)
    {
        var remainder = BigInteger.Zero;
        for (var i = 0; i < number.Count;)
        {
            var (chunk, factor) = (0L, 1L);
            for (var end = Math.Min(i + LongDigits, number.Count); i < end; i++)
            {
                chunk = (chunk * 10) + number.Digit(i);
                factor *= 10;
            }

            remainder = ((remainder * factor) + chunk) % _significand;
        }

        return (remainder * BigInteger.ModPow(10, scale, _significand) % _significand).IsZero;
    }
}
