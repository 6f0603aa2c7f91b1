using System.Text.RegularExpressions;

namespace Actant.LanguageModels;

/// <summary>Cuts a text into numbers, signs and words.</summary>
internal static partial class SumTokens
{
    private const int LongestText = 16 * 1024;
    private const int LongestNumber = 1000;

    public static IReadOnlyList<SumToken> Read(string text)
    {
        var tokens = new List<SumToken>();
        foreach (Match match in Pieces().Matches(text.Length > LongestText ? text[..LongestText] : text))
        {
            var number = match.Groups["number"].ValueSpan;
            tokens.Add(number is { Length: > 0 and <= LongestNumber }
                ? new SumToken(Normalise(number.ToString()), true)
                : new SumToken(match.Value.ToLowerInvariant(), false));
        }

        return tokens;
    }

    // What is a number in JSON: no separators, no zeros in front, no bare point.
    private static string Normalise(string number)
    {
        var plain = number.Replace(",", "", StringComparison.Ordinal);
        var digits = plain.TrimStart('0');
        return digits.Length == 0 || digits[0] == '.' ? $"0{digits}" : digits;
    }

    // A date is no sum, and letters that a number or a minus sign hangs on make it part of a word: "gpt-4", "x2".
    [GeneratedRegex(
        @"\d{4}-\d{2}-\d{2}|[\p{L}_][\p{L}\p{N}_]*(-[\p{L}\p{N}_]+)*|(?<number>\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?|\.\d+)|\*\*|\S",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pieces();
}
