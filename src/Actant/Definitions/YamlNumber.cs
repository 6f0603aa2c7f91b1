using System.Globalization;

namespace Actant.Definitions;

/// <summary>Finds the numbers of YAML 1.2's core schema and spells them as JSON.</summary>
internal static class YamlNumber
{
    /// <summary>The number in JSON's spelling, digit for digit; <c>null</c> if the text is none.</summary>
    public static string? TryToJson(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                ? value.ToString()
                : null;
        }

        return text.StartsWith("0o", StringComparison.Ordinal) ? FromOctal(text.AsSpan(2)) : FromDecimal(text);
    }

    private static string? FromOctal(ReadOnlySpan<char> digits)
    {
        const int MostDigits = 21;
        if (digits.Length is 0 or > MostDigits || digits.ContainsAnyExceptInRange('0', '7'))
        {
            return null;
        }

        var value = 0UL;
        foreach (var digit in digits)
        {
            value = (value * 8) + (ulong)(digit - '0');
        }

        return value.ToString();
    }

    /// <summary>JSON wants no plus, no leading zeros and digits on both sides of the point.</summary>
    private static string? FromDecimal(ReadOnlySpan<char> text)
    {
        var isNegative = text is ['-', ..];
        var rest = text is ['-' or '+', ..] ? text[1..] : text;
        var whole = rest[..CountDigits(rest)];
        rest = rest[whole.Length..];
        ReadOnlySpan<char> fraction = [];
        if (rest is ['.', ..])
        {
            fraction = rest.Slice(1, CountDigits(rest[1..]));
            rest = rest[(1 + fraction.Length)..];
        }

        if (whole.Length + fraction.Length == 0 || !IsExponent(rest))
        {
            return null;
        }

        whole = whole.TrimStart('0');
        return string.Concat(
            isNegative ? "-" : "",
            whole.IsEmpty ? "0" : whole,
            fraction.IsEmpty ? "" : string.Concat(".", fraction),
            rest);
    }

    private static bool IsExponent(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text is not ['e' or 'E', .. var digits])
        {
            return false;
        }

        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
