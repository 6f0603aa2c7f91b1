using System.Buffers;
using System.Globalization;
using System.Text;

namespace Actant.Expressions.Syntax;

internal static class StringLiteral
{
    /// <summary>Reads the literal whose first quote is at <paramref name="quoteStart"/>; a raw one starts before it.</summary>
    public static Token Read(ReadOnlySpan<char> source, int start, int quoteStart)
    {
        var raw = quoteStart > start;
        var quote = source[quoteStart];
        var triple = source[quoteStart..].StartsWith([quote, quote, quote]);
        var text = new StringBuilder();
        var position = quoteStart + (triple ? 3 : 1);
        while (position < source.Length)
        {
            var c = source[position];
            if (c == quote && (!triple || source[position..].StartsWith([quote, quote, quote])))
            {
                return new Token(TokenKind.String, start, position + (triple ? 3 : 1), text.ToString());
            }

            if (!triple && c is '\r' or '\n')
            {
                break;
            }

            if (c == '\\' && !raw)
            {
                if (!TryReadEscape(source, ref position, text))
                {
                    return new Token(TokenKind.Error, position, position + 1, "The escape sequence names no character.");
                }
            }
            else if (Rune.DecodeFromUtf16(source[position..], out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(source.Slice(position, length));
                position += length;
            }
            else
            {
                return new Token(TokenKind.Error, position, position + 1, "The string is not valid Unicode.");
            }
        }

        return new Token(TokenKind.Error, start, source.Length, "The string has no end.");
    }

    private static bool TryReadEscape(ReadOnlySpan<char> source, ref int position, StringBuilder text)
    {
        if (position + 1 >= source.Length)
        {
            return false;
        }

        var c = source[position + 1];
        var simple = c switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '?' or '"' or '\'' or '`' => c,
            _ => '\0',
        };
        if (simple != '\0')
        {
            text.Append(simple);
            position += 2;
            return true;
        }

        return c switch
        {
            'x' or 'X' => TryReadHexadecimal(source, ref position, 2, text),
            'u' => TryReadHexadecimal(source, ref position, 4, text),
            'U' => TryReadHexadecimal(source, ref position, 8, text),
            >= '0' and <= '3' => TryReadOctal(source, ref position, text),
            _ => false,
        };
    }

    private static bool TryReadHexadecimal(ReadOnlySpan<char> source, ref int position, int digits, StringBuilder text)
    {
        var start = position + 2;
        if (start + digits > source.Length
            || !uint.TryParse(source.Slice(start, digits), NumberStyles.AllowHexSpecifier, null, out var value)
            || !Rune.TryCreate(value, out var rune))
        {
            return false;
        }

        text.Append(rune.ToString());
        position = start + digits;
        return true;
    }

    private static bool TryReadOctal(ReadOnlySpan<char> source, ref int position, StringBuilder text)
    {
        var start = position + 1;
        if (start + 3 > source.Length || source[start + 1] is < '0' or > '7' || source[start + 2] is < '0' or > '7')
        {
            return false;
        }

        text.Append((char)(((source[start] - '0') * 64) + ((source[start + 1] - '0') * 8) + source[start + 2] - '0'));
        position = start + 3;
        return true;
    }
}
