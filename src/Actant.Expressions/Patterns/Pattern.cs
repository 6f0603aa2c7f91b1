using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Actant.Expressions.Patterns;

/// <summary>A regular expression whose time and memory are bounded by its text: no backtracking, limited repetition.</summary>
internal sealed class Pattern
{
    public const int MaxLength = 512;

    private const int WorkPerStep = 4096;

    // Steps bound the work long before this, the same on every machine; it is for what their estimate does not foresee.
    private static readonly TimeSpan LastResort = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;
    private readonly int _states;

    private Pattern(string source, Regex regex, int states)
    {
        Source = source;
        _regex = regex;
        _states = states;
    }

    public string Source { get; }

    public static bool TryCreate(
        string source, [NotNullWhen(true)] out Pattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = null;
        if (source.Length > MaxLength)
        {
            problem = $"The pattern is longer than {MaxLength} characters.";
            return false;
        }

        try
        {
            var regex = new Regex(source, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LastResort);
            if (PatternSize.IsBounded(source, out var states))
            {
                pattern = new Pattern(source, regex, states);
                return true;
            }

            problem = "The pattern repeats too much.";
        }
        catch (ArgumentException exception)
        {
            problem = $"The pattern is not a regular expression: {exception.Message}";
        }
        catch (NotSupportedException)
        {
            problem = "The pattern uses a feature that needs backtracking, such as a lookaround or a backreference.";
        }

        return false;
    }

    /// <summary>Steps of a match: the worst case visits every state for every character.</summary>
    public long Cost(int characters) => (long)characters * _states / WorkPerStep;

    /// <summary>Where the pattern is found in the input; null when the last resort ended the search.</summary>
    public Match? Find(string input)
    {
        try
        {
            return _regex.Match(input);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Whether the pattern is found in the input; null when the last resort ended the search.</summary>
    public bool? IsMatch(string input)
    {
        try
        {
            return _regex.IsMatch(input);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
