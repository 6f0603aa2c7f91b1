using System.Globalization;
using System.Runtime.InteropServices;

namespace Actant.Expressions.Patterns;

/// <summary>
/// How many states a pattern has when its counted repetitions are written out, from above. Repetitions inside repetitions
/// are bounded more tightly: they are what makes even an automaton slow, because the same text fits in many ways.
/// </summary>
internal static class PatternSize
{
    public const int Max = 500;

    private const int MaxNestedRepeats = 64;

    public static bool IsBounded(ReadOnlySpan<char> pattern, out int states)
    {
        var open = new Stack<Group>();
        var group = new Group(States: 0, Repeats: 1);
        var atom = group;
        states = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    open.Push(group);
                    group = new Group(1, 1);
                    break;
                case ')' when open.TryPop(out var outer):
                    atom = group;
                    group = outer.With(atom);
                    break;
                case '{' when TryReadCount(pattern[i..], out var count, out var length):
                    var isNested = atom.Repeats > 1;
                    atom = new Group(atom.States * count, atom.Repeats * count);
                    if (isNested && atom.Repeats > MaxNestedRepeats)
                    {
                        return false;
                    }

                    group = group.With(atom);
                    i += length - 1;
                    break;
                default:
                    i += AtomLength(pattern[i..]) - 1;
                    atom = new Group(1, 1);
                    group = group.With(atom);
                    break;
            }

            if (group.States > Max)
            {
                return false;
            }
        }

        // Unbalanced groups do not come this far: the pattern has been compiled before.
        states = (int)Math.Max(group.States, 1);
        return true;
    }

    /// <summary>An escape or a character class is one state; what is written in it is no group.</summary>
    private static int AtomLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '\\')
        {
            return Math.Min(2, text.Length);
        }

        if (text[0] != '[')
        {
            return 1;
        }

        // A bracket right behind the opening one stands for itself.
        var i = text.StartsWith("[^") ? 2 : 1;
        for (i++; i < text.Length && text[i] != ']'; i++)
        {
            i += text[i] == '\\' ? 1 : 0;
        }

        return Math.Min(i + 1, text.Length);
    }

    private static bool TryReadCount(ReadOnlySpan<char> text, out long count, out int length)
    {
        count = 0;
        length = text.IndexOf('}') + 1;
        if (length <= 0)
        {
            return false;
        }

        var inner = text[1..(length - 1)];
        var comma = inner.IndexOf(',');
        var first = comma < 0 ? inner : inner[..comma];
        var last = comma < 0 || comma == inner.Length - 1 ? first : inner[(comma + 1)..];
        var isCount = long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            & long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out count);
        count = Math.Clamp(count, 1, Max + 1);
        return isCount;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Group(long States, long Repeats)
    {
        public Group With(Group atom) => new(States + atom.States, Math.Max(Repeats, atom.Repeats));
    }
}
