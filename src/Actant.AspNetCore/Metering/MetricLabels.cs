using System.Globalization;

namespace Actant.AspNetCore.Metering;

/// <summary>
/// Tags as Prometheus writes labels, <c>a="x",b="y"</c>, in the order of their names: the text is what tells series apart. Written
/// to a span, so that a measurement of a known series allocates nothing.
/// </summary>
internal static class MetricLabels
{
    private const int MostTags = 16;

    /// <summary>Writes the labels; <c>false</c> if they do not fit.</summary>
    public static bool TryWrite(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> target, out int length)
    {
        length = 0;
        if (tags.Length > MostTags)
        {
            return false;
        }

        Span<int> order = stackalloc int[tags.Length];
        Sort(tags, order);
        foreach (var index in order)
        {
            var (name, value) = tags[index];
            if (value is null or "")
            {
                // To Prometheus an empty label is none.
                continue;
            }

            var rest = target[length..];
            if (!TryWrite(name, value, rest, length > 0, out var written))
            {
                return false;
            }

            length += written;
        }

        return true;
    }

    private static void Sort(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            var place = i;
            for (; place > 0 && string.CompareOrdinal(tags[order[place - 1]].Key, tags[i].Key) > 0; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = i;
        }
    }

    private static bool TryWrite(string name, object value, Span<char> target, bool isNext, out int length)
    {
        // The longest value doubles where every character is escaped; formatted values are short.
        length = 0;
        Span<char> formatted = stackalloc char[64];
        scoped ReadOnlySpan<char> text;
        if (value is string given)
        {
            text = given;
        }
        else if (value is bool flag)
        {
            text = flag ? "true" : "false";
        }
        else if (value is ISpanFormattable number && number.TryFormat(formatted, out var written, default, CultureInfo.InvariantCulture))
        {
            text = formatted[..written];
        }
        else
        {
            text = value.ToString();
        }

        if (target.Length < name.Length + (2 * text.Length) + 5)
        {
            return false;
        }

        if (isNext)
        {
            target[length++] = ',';
        }

        for (var i = 0; i < name.Length; i++)
        {
            target[length++] = char.IsAsciiLetter(name[i]) || (i > 0 && char.IsAsciiDigit(name[i])) ? name[i] : '_';
        }

        target[length++] = '=';
        target[length++] = '"';
        foreach (var c in text)
        {
            if (c is '\\' or '"' or '\n')
            {
                target[length++] = '\\';
            }

            target[length++] = c == '\n' ? 'n' : c;
        }

        target[length++] = '"';
        return true;
    }
}
