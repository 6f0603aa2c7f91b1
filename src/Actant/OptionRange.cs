using System.Runtime.CompilerServices;

namespace Actant;

/// <summary>Refuses a value that an option cannot have where the application gives it: in the setter, so that the stack trace names the culprit.</summary>
public static class OptionRange
{
    /// <summary>The longest time that anything in one process may take or wait: what timers take, with room to spare.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromDays(30);

    /// <summary>The value, if it lies in the range.</summary>
    /// <param name="value">What is given.</param>
    /// <param name="least">The least that there may be.</param>
    /// <param name="most">The most.</param>
    /// <param name="option">The property that is set.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not; the message says what is allowed.</exception>
    public static T Check<T>(T value, T least, T most, [CallerMemberName] string option = "")
        where T : struct, IComparable<T> =>
        // NaN is less than every number here.
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}, and must be from {least} to {most}.");

    /// <summary>The value, if there is none or it lies in the range.</summary>
    /// <param name="value">What is given.</param>
    /// <param name="least">The least that there may be.</param>
    /// <param name="most">The most.</param>
    /// <param name="option">The property that is set.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not; the message says what is allowed.</exception>
    public static T? Check<T>(T? value, T least, T most, [CallerMemberName] string option = "")
        where T : struct, IComparable<T> => value is { } given ? Check(given, least, most, option) : null;

    /// <summary>The text, if it is neither blank nor too long. Not for secrets: the message repeats it.</summary>
    /// <param name="value">What is given.</param>
    /// <param name="longest">The most characters.</param>
    /// <param name="option">The property that is set.</param>
    /// <exception cref="ArgumentException">It is no such text; the message says what is allowed.</exception>
    public static string CheckText(string value, int longest, [CallerMemberName] string option = "") =>
        !string.IsNullOrWhiteSpace(value) && value.Length <= longest
            ? value
            : throw new ArgumentException($"{option} is '{value}', and must be a text of 1 to {longest} characters.", option);

    /// <summary>The secret, if there is none or it is not blank. No message repeats it.</summary>
    /// <param name="value">What is given.</param>
    /// <param name="option">The property that is set.</param>
    /// <exception cref="ArgumentException">It is blank.</exception>
    public static string? CheckSecret(string? value, [CallerMemberName] string option = "") =>
        value is null || !string.IsNullOrWhiteSpace(value) ? value : throw new ArgumentException($"{option} is empty, and must be a text, or absent.", option);

    /// <summary>Finds two options that contradict each other.</summary>
    /// <param name="less">What must not be more.</param>
    /// <param name="more">Than this.</param>
    /// <param name="lessOption">The property of the first.</param>
    /// <param name="moreOption">The property of the second.</param>
    /// <exception cref="ArgumentException">It is more.</exception>
    public static void CheckOrder<T>(
        T less, T more, [CallerArgumentExpression(nameof(less))] string lessOption = "", [CallerArgumentExpression(nameof(more))] string moreOption = "")
        where T : struct, IComparable<T>
    {
        if (less.CompareTo(more) > 0)
        {
            throw new ArgumentException($"{lessOption} is {less}, and must not be more than {moreOption}, which is {more}.", lessOption);
        }
    }
}
