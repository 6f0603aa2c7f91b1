using System.Text;

namespace Actant.Schemas;

/// <summary>
/// Translates ECMAScript regular expressions (as with the <c>u</c> flag, which JSON Schema recommends) to .NET, where
/// the same characters mean something else: <c>$ . \d \w \s [</c>, code points beyond the basic plane, and .NET's own
/// extensions, which are refused. Stray braces and brackets are taken literally, as without the flag.
/// </summary>
internal sealed class PatternTranslator(string source)
{
    private const int MaxRepetitions = 1_000;

    private readonly StringBuilder _output = new(source.Length + 16);
    private readonly PatternReader _reader = new(source);
    private long _repetitions = 1;

    public string Problem => _reader.Problem;

    /// <summary>How many states the linear engine may need, from above: repetitions are written out.</summary>
    public long States => Math.Min(_output.Length * _repetitions, int.MaxValue);

    /// <summary>Whether counted repetitions multiply to more than the linear engine handles well.</summary>
    public bool IsLarge => _repetitions > MaxRepetitions;

    public bool TryTranslate(out string translated)
    {
        while (!_reader.IsAtEnd && Problem.Length == 0)
        {
            var next = _reader.TakeCodePoint();
            switch (next)
            {
                case '\\':
                    Escape();
                    break;
                case '.':
                    _output.Append($"(?:{CharacterSets.Pair}|[^{CharacterSets.LineEnds}])");
                    break;
                case '$':
                    _output.Append(@"\z");
                    break;
                case '(':
                    Group();
                    break;
                case '[':
                    new CharacterClass(_reader, _output).Translate();
                    break;
                case '{':
                    Brace();
                    break;
                default:
                    AppendLiteral(next);
                    break;
            }
        }

        translated = _output.ToString();
        return Problem.Length == 0;
    }

    private void AppendLiteral(int codePoint)
    {
        if (codePoint > 0xFFFF)
        {
            AppendCodePoint(codePoint);
        }
        else
        {
            _output.Append((char)codePoint);
        }
    }

    private void AppendCodePoint(int codePoint)
    {
        if (codePoint > 0xFFFF)
        {
            var pair = char.ConvertFromUtf32(codePoint);
            _output.Append($"(?:{PatternReader.Unit(pair[0])}{PatternReader.Unit(pair[1])})");
        }
        else
        {
            _output.Append(PatternReader.Unit(codePoint));
        }
    }

    private void Escape()
    {
        if (_reader.IsAtEnd)
        {
            _reader.Fail("it ends in a backslash");
            return;
        }

        var next = _reader.Next;
        if (CharacterSets.Find(char.ToLowerInvariant(next)) is { } set)
        {
            _reader.Position++;
            _output.Append(char.IsAsciiLetterLower(next) ? $"[{set.Set}]" : $"(?:{CharacterSets.Pair}|[^{set.Set}])");
        }
        else if (next is 'b' or 'B' || char.IsBetween(next, '1', '9'))
        {
            _reader.Position++;
            _output.Append('\\').Append(next);
        }
        else if (next == 'k')
        {
            _reader.Position++;
            _output.Append("\\k");
        }
        else if (next is 'p' or 'P')
        {
            if (_reader.TryReadCategory(out var category))
            {
                _output.Append(next == 'p' ? category : $"(?:{CharacterSets.Pair}|{category})");
            }
        }
        else if (_reader.TryReadEscapedCharacter(out var codePoint))
        {
            AppendCodePoint(codePoint);
        }
    }

    private void Group()
    {
        _output.Append('(');
        if (!_reader.Skip('?'))
        {
            return;
        }

        var rest = _reader.Rest;
        var isNamed = rest.Length > 1 && rest[0] == '<' && (char.IsLetter(rest[1]) || rest[1] is '_');
        if (!isNamed && !rest.StartsWith(":") && !rest.StartsWith("=") && !rest.StartsWith("!") && !rest.StartsWith("<=") && !rest.StartsWith("<!"))
        {
            _reader.Fail("(? must be followed by :, =, !, <=, <! or a <name>");
            return;
        }

        // .NET's balancing groups would be written (?<name-other>.
        var end = isNamed ? rest.IndexOf('>') : 0;
        if (isNamed && (end < 0 || rest[..end].Contains('-')))
        {
            _reader.Fail("a group's name consists of letters, digits and _");
            return;
        }

        _output.Append('?');
    }

    private void Brace()
    {
        var end = source.IndexOf('}', _reader.Position);
        var inner = end < 0 ? "" : source[_reader.Position..end];
        var comma = inner.IndexOf(',', StringComparison.Ordinal);
        var minimum = comma < 0 ? inner : inner[..comma];
        var maximum = comma < 0 ? inner : inner[(comma + 1)..];
        if (minimum.Length == 0 || !minimum.All(char.IsAsciiDigit) || !maximum.All(char.IsAsciiDigit))
        {
            _output.Append("\\{");
            return;
        }

        if (!int.TryParse(minimum, out var count) || (maximum.Length > 0 && !int.TryParse(maximum, out count)))
        {
            _reader.Fail("a repetition count is too large");
            return;
        }

        _repetitions = Math.Min(_repetitions * Math.Max(count, 1), int.MaxValue);
        _output.Append('{').Append(inner).Append('}');
        _reader.Position = end + 1;
    }
}
