using System.Globalization;

namespace Actant.Schemas;

/// <summary>Reads an ECMAScript regular expression from left to right; the first problem ends the reading.</summary>
internal sealed class PatternReader(string source)
{
    public int Position { get; set; }

    public string Problem { get; private set; } = "";

    public bool IsAtEnd => Position >= source.Length;

    /// <summary>The next UTF-16 unit; only if not at the end.</summary>
    public char Next => source[Position];

    public ReadOnlySpan<char> Rest => source.AsSpan(Position);

    public static string Unit(int unit) => $"\\u{unit:X4}";

    public bool Fail(string problem)
    {
        Problem = problem;
        return false;
    }

    public bool Skip(char expected)
    {
        if (Position < source.Length && source[Position] == expected)
        {
            Position++;
            return true;
        }

        return false;
    }

    /// <summary>Takes one code point, of one or two UTF-16 units.</summary>
    public int TakeCodePoint()
    {
        var unit = source[Position++];
        return char.IsHighSurrogate(unit) && !IsAtEnd && char.IsLowSurrogate(Next) ? char.ConvertToUtf32(unit, source[Position++]) : unit;
    }

    /// <summary>At the letter <c>p</c>: reads <c>p{Name}</c>.</summary>
    public bool TryReadCategory(out string category)
    {
        var end = source.IndexOf('}', Position);
        category = "";
        if (end < 0 || Position + 1 >= source.Length || source[Position + 1] != '{')
        {
            return Fail($"\\{source[Position]} needs a property in braces");
        }

        var name = source[(Position + 2)..end];
        if (CharacterSets.FindCategory(name) is not { } found)
        {
            return Fail($"the Unicode property {name} is not supported; use a general category such as \\p{{L}}");
        }

        category = $"\\{source[Position]}{{{found}}}";
        Position = end + 1;
        return true;
    }

    /// <summary>Behind the backslash: reads an escape that stands for one character.</summary>
    public bool TryReadEscapedCharacter(out int codePoint)
    {
        var letter = source[Position++];
        codePoint = letter switch { 't' => '\t', 'n' => '\n', 'v' => '\v', 'f' => '\f', 'r' => '\r', '0' => 0, _ => letter };
        switch (letter)
        {
            case 'c' when Position < source.Length && char.IsAsciiLetter(source[Position]):
                codePoint = source[Position++] % 32;
                return true;
            case 'x':
                return TryReadHex(2, out codePoint);
            case 'u':
                return TryReadUnicode(out codePoint);
            default:
                return codePoint != letter || !char.IsLetterOrDigit(letter) || Fail($"\\{letter} is not an escape of ECMAScript");
        }
    }

    private bool TryReadUnicode(out int codePoint)
    {
        if (Skip('{'))
        {
            var end = source.IndexOf('}', Position);
            if (end < 0 || !int.TryParse(source.AsSpan(Position, end - Position), NumberStyles.AllowHexSpecifier, null, out codePoint) || codePoint is < 0 or > 0x10FFFF)
            {
                codePoint = 0;
                return Fail("\\u{…} needs a code point in hexadecimal");
            }

            Position = end + 1;
            return true;
        }

        if (!TryReadHex(4, out codePoint))
        {
            return false;
        }

        if (char.IsHighSurrogate((char)codePoint) && source.AsSpan(Position).StartsWith("\\u"))
        {
            var before = Position;
            Position += 2;
            if (TryReadHex(4, out var low) && char.IsLowSurrogate((char)low))
            {
                codePoint = char.ConvertToUtf32((char)codePoint, (char)low);
            }
            else
            {
                Position = before;
            }
        }

        return true;
    }

    private bool TryReadHex(int digits, out int value)
    {
        value = 0;
        if (Position + digits > source.Length
            || !int.TryParse(source.AsSpan(Position, digits), NumberStyles.AllowHexSpecifier, null, out value))
        {
            return Fail($"\\{(digits == 2 ? 'x' : 'u')} needs {digits} hexadecimal digits");
        }

        Position += digits;
        return true;
    }
}
