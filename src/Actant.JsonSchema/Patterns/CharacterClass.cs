using System.Text;

namespace Actant.Schemas;

/// <summary>What stands between brackets. Code points beyond the basic plane become alternatives beside the class.</summary>
internal sealed class CharacterClass(PatternReader reader, StringBuilder output)
{
    private readonly StringBuilder _set = new();
    private readonly StringBuilder _pairs = new();

    public void Translate()
    {
        var isNegated = reader.Skip('^');
        while (!reader.Skip(']'))
        {
            if (!Member())
            {
                return;
            }
        }

        if (isNegated && _pairs.Length > 0)
        {
            reader.Fail("code points beyond U+FFFF are not supported in a negated class");
        }
        else if (isNegated)
        {
            output.Append($"(?:{CharacterSets.Pair}|[{(_set.Length == 0 ? @"\0-\uFFFF" : "^" + _set)}])");
        }
        else
        {
            var set = _set.Length == 0 ? @"[^\0-\uFFFF]" : $"[{_set}]";
            output.Append(_pairs.Length == 0 ? set : $"(?:{set}{_pairs})");
        }
    }

    private bool Member()
    {
        if (!TryReadMember(out var first, out var firstIsSet))
        {
            return false;
        }

        var dash = reader.Position;
        if (firstIsSet || !reader.Skip('-') || (!reader.IsAtEnd && reader.Next == ']'))
        {
            reader.Position = dash;
            return firstIsSet || AddRange(first, first);
        }

        if (!TryReadMember(out var last, out var lastIsSet))
        {
            return false;
        }

        if (!lastIsSet)
        {
            return last >= first ? AddRange(first, last) : reader.Fail("a range in a class is in reverse order");
        }

        return AddRange(first, first) && AddRange('-', '-');
    }

    private bool TryReadMember(out int codePoint, out bool isSet)
    {
        codePoint = 0;
        isSet = false;
        if (reader.IsAtEnd)
        {
            return reader.Fail("a class is not closed by ]");
        }

        if (!reader.Skip('\\'))
        {
            codePoint = reader.TakeCodePoint();
            return true;
        }

        if (reader.IsAtEnd)
        {
            return reader.Fail("it ends in a backslash");
        }

        var next = reader.Next;
        if (CharacterSets.Find(char.ToLowerInvariant(next)) is { } set)
        {
            reader.Position++;
            _set.Append(char.IsAsciiLetterLower(next) ? set.Set : set.Complement);
            isSet = true;
            return true;
        }

        if (next is 'p' or 'P')
        {
            isSet = true;
            var found = reader.TryReadCategory(out var category);
            _set.Append(category);
            return found;
        }

        if (next == 'b')
        {
            reader.Position++;
            codePoint = '\b';
            return true;
        }

        return reader.TryReadEscapedCharacter(out codePoint);
    }

    private bool AddRange(int first, int last)
    {
        if (first <= 0xFFFF)
        {
            _set.Append(PatternReader.Unit(first));
            if (last > first)
            {
                _set.Append('-').Append(PatternReader.Unit(Math.Min(last, 0xFFFF)));
            }
        }

        for (var start = Math.Max(first, 0x10000); start <= last;)
        {
            // One high surrogate covers 0x400 code points; whole blocks in between are taken together.
            var blockEnd = start | 0x3FF;
            var end = Math.Min(blockEnd, last);
            if ((start & 0x3FF) == 0 && last > blockEnd)
            {
                end = ((last + 1) & ~0x3FF) - 1;
            }

            var (low, high) = (char.ConvertFromUtf32(start), char.ConvertFromUtf32(end));
            _pairs.Append($"|[{PatternReader.Unit(low[0])}-{PatternReader.Unit(high[0])}][{PatternReader.Unit(low[1])}-{PatternReader.Unit(high[1])}]");
            start = end + 1;
        }

        return true;
    }
}
