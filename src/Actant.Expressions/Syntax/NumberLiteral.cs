using System.Globalization;

namespace Actant.Expressions.Syntax;

internal static class NumberLiteral
{
    public static Token Read(ReadOnlySpan<char> source, int start)
    {
        var token = source[start] == '0' && start + 1 < source.Length && source[start + 1] is 'x' or 'X'
            ? ReadHexadecimal(source, start)
            : ReadDecimal(source, start);
        return token.End < source.Length && (char.IsAsciiLetterOrDigit(source[token.End]) || source[token.End] == '_')
            ? Error(start, token.End, "A number is followed by a letter; unsigned integers are not part of the language.")
            : token;
    }

    private static Token ReadHexadecimal(ReadOnlySpan<char> source, int start)
    {
        var end = start + 2;
        while (end < source.Length && char.IsAsciiHexDigit(source[end]))
        {
            end++;
        }

        return ulong.TryParse(source[(start + 2)..end], NumberStyles.AllowHexSpecifier, null, out var value)
            ? new Token(TokenKind.Integer, start, end, Magnitude: value)
            : Error(start, end, "The hexadecimal integer has no digits or does not fit 64 bits.");
    }

    private static Token ReadDecimal(ReadOnlySpan<char> source, int start)
    {
        var end = SkipDigits(source, start);
        var isDouble = false;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            isDouble = true;
            end = SkipDigits(source, end + 1);
        }

        if (end < source.Length && source[end] is 'e' or 'E')
        {
            var digits = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            var exponentEnd = SkipDigits(source, digits);
            if (exponentEnd == digits)
            {
                return Error(start, exponentEnd, "The exponent has no digits.");
            }

            isDouble = true;
            end = exponentEnd;
        }

        var text = source[start..end];
        if (!isDouble)
        {
            return ulong.TryParse(text, NumberStyles.None, null, out var magnitude)
                ? new Token(TokenKind.Integer, start, end, Magnitude: magnitude)
                : Error(start, end, "The integer does not fit 64 bits.");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? new Token(TokenKind.Double, start, end, Number: value)
            : Error(start, end, "The number is out of the range of a double.");
    }

    private static int SkipDigits(ReadOnlySpan<char> source, int position)
    {
        while (position < source.Length && char.IsAsciiDigit(source[position]))
        {
            position++;
        }

        return position;
    }

    private static Token Error(int start, int end, string message) => new(TokenKind.Error, start, end, message);
}
