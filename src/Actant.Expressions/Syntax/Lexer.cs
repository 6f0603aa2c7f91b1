using System.Buffers;
using System.Text;

namespace Actant.Expressions.Syntax;

/// <summary>Reads one token at a time, so that a template's closing braces end an expression without being looked for.</summary>
internal ref struct Lexer(string source, int position)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> QuotedNameCharacters =
        SearchValues.Create("_.-/ 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly ReadOnlySpan<char> _source = source;
    private int _position = position;

    public Token Next()
    {
        SkipBlanks();
        var start = _position;
        if (start >= _source.Length)
        {
            return new Token(TokenKind.End, _source.Length, _source.Length);
        }

        var c = _source[start];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Take(NumberLiteral.Read(_source, start));
        }

        if (c is '"' or '\'')
        {
            return Take(StringLiteral.Read(_source, start, start));
        }

        if (c is 'r' or 'R' && Peek(1) is '"' or '\'')
        {
            return Take(StringLiteral.Read(_source, start, start + 1));
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            return ReadName(start);
        }

        return c == '`' ? ReadQuotedName(start) : ReadPunctuation(c);
    }

    private readonly char Peek(int offset) => _position + offset < _source.Length ? _source[_position + offset] : '\0';

    private Token Take(in Token token)
    {
        _position = token.End;
        return token;
    }

    private void SkipBlanks()
    {
        while (_position < _source.Length)
        {
            if (_source[_position] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _position++;
            }
            else if (_source[_position] == '/' && Peek(1) == '/')
            {
                var end = _source[_position..].IndexOf('\n');
                _position = end < 0 ? _source.Length : _position + end;
            }
            else
            {
                return;
            }
        }
    }

    private Token ReadName(int start)
    {
        var length = _source[start..].IndexOfAnyExcept(NameCharacters);
        var end = length < 0 ? _source.Length : start + length;
        var text = _source[start..end].ToString();
        if (end < _source.Length && _source[end] is '"' or '\'')
        {
            return Take(new Token(TokenKind.Error, start, end, $"Strings have no prefix '{text}'."));
        }

        var kind = text switch
        {
            "true" => TokenKind.True,
            "false" => TokenKind.False,
            "null" => TokenKind.Null,
            "in" => TokenKind.In,
            _ => TokenKind.Identifier,
        };
        return Take(new Token(kind, start, end, text));
    }

    private Token ReadQuotedName(int start)
    {
        var length = _source[(start + 1)..].IndexOfAnyExcept(QuotedNameCharacters);
        var close = start + 1 + length;
        return length <= 0 || _source[close] != '`'
            ? Take(new Token(TokenKind.Error, start, start + 1, "A name in backticks holds letters, digits, spaces and _ . - / only."))
            : Take(new Token(TokenKind.QuotedIdentifier, start, close + 1, _source[(start + 1)..close].ToString()));
    }

    private Token ReadPunctuation(char c)
    {
        var next = Peek(1);
        return c switch
        {
            '(' => Punctuation(TokenKind.OpenParenthesis),
            ')' => Punctuation(TokenKind.CloseParenthesis),
            '[' => Punctuation(TokenKind.OpenBracket),
            ']' => Punctuation(TokenKind.CloseBracket),
            '{' => Punctuation(TokenKind.OpenBrace),
            '}' => Punctuation(TokenKind.CloseBrace),
            '.' => Punctuation(TokenKind.Dot),
            ',' => Punctuation(TokenKind.Comma),
            ':' => Punctuation(TokenKind.Colon),
            '?' => Punctuation(TokenKind.Question),
            '+' => Punctuation(TokenKind.Plus),
            '-' => Punctuation(TokenKind.Minus),
            '*' => Punctuation(TokenKind.Star),
            '/' => Punctuation(TokenKind.Slash),
            '%' => Punctuation(TokenKind.Percent),
            '!' => next == '=' ? Punctuation(TokenKind.NotEqual, 2) : Punctuation(TokenKind.Not),
            '<' => next == '=' ? Punctuation(TokenKind.LessOrEqual, 2) : Punctuation(TokenKind.Less),
            '>' => next == '=' ? Punctuation(TokenKind.GreaterOrEqual, 2) : Punctuation(TokenKind.Greater),
            '=' when next == '=' => Punctuation(TokenKind.Equal, 2),
            '&' when next == '&' => Punctuation(TokenKind.And, 2),
            '|' when next == '|' => Punctuation(TokenKind.Or, 2),
            _ => Unexpected(),
        };
    }

    private Token Punctuation(TokenKind kind, int length = 1) => Take(new Token(kind, _position, _position + length));

    private Token Unexpected()
    {
        var status = Rune.DecodeFromUtf16(_source[_position..], out var rune, out var length);
        var shown = status == OperationStatus.Done && !Rune.IsControl(rune) ? $"'{rune}'" : $"U+{(int)_source[_position]:X4}";
        return Take(new Token(TokenKind.Error, _position, _position + length, $"Unexpected character {shown}."));
    }
}
