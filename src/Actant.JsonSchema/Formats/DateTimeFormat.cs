namespace Actant.Schemas;

/// <summary>Dates and times of RFC 3339, leap seconds included.</summary>
internal static class DateTimeFormat
{
    private const int MinutesPerDay = 24 * 60;

    public static bool IsDateTime(ReadOnlySpan<char> text) =>
        text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]);

    public static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-'
        && Digits(text[..4]) is >= 0 and var year
        && Digits(text.Slice(5, 2)) is >= 1 and <= 12 and var month
        && Digits(text.Slice(8, 2)) is >= 1 and var day
        && day <= DaysIn(year, month);

    public static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':'
            || Digits(text[..2]) is not (>= 0 and <= 23 and var hour)
            || Digits(text.Slice(3, 2)) is not (>= 0 and <= 59 and var minute)
            || Digits(text.Slice(6, 2)) is not (>= 0 and <= 60 and var second))
        {
            return false;
        }

        var rest = text[8..];
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange('0', '9') + 1;
            if (end <= 1)
            {
                return false;
            }

            rest = rest[end..];
        }

        // A leap second is the last one of a UTC day, whatever the offset it is written with.
        return TryOffset(rest, out var offset)
            && (second < 60 || ((hour * 60) + minute - offset + (2 * MinutesPerDay)) % MinutesPerDay == MinutesPerDay - 1);
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || Digits(text.Slice(1, 2)) is not (>= 0 and <= 23 and var hours)
            || Digits(text.Slice(4, 2)) is not (>= 0 and <= 59 and var rest))
        {
            return false;
        }

        minutes = (text[0] == '-' ? -1 : 1) * ((hours * 60) + rest);
        return true;
    }

    // DateTime knows no year 0, RFC 3339 does.
    private static int DaysIn(int year, int month) => DateTime.DaysInMonth(year == 0 ? 4 : year, month);

    private static int Digits(ReadOnlySpan<char> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
