using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Actant.Schemas;

/// <summary>
/// A regular expression, built when it is first matched: a schema may have a thousand, and a document meet none. Nearly all run in linear time; those that need backtracking have little time, and a
/// match that runs out of it stops the whole evaluation instead of counting as a mismatch.
/// </summary>
internal sealed class Pattern(string source, Func<Regex> build)
{
    private readonly Lazy<Regex> _regex = new(build);

    /// <summary>What an ordinary step of an evaluation takes, roughly.</summary>
    private static readonly TimeSpan s_step = TimeSpan.FromTicks(1);

    public string Source { get; } = source;

    public bool IsMatch(ReadOnlySpan<byte> raw, ref Evaluation evaluation)
    {
        if (!evaluation.Charge(1 + (raw.Length / 32)))
        {
            return false;
        }

        var started = Stopwatch.GetTimestamp();
        using var text = new DecodedText(raw, stackalloc char[DecodedText.ScratchLength]);
        try
        {
            // Even without backtracking an expression can be slow, so the time counts and not only the number of matches.
            var matches = _regex.Value.IsMatch(text.Chars);
            return evaluation.Charge((long)(Stopwatch.GetElapsedTime(started) / s_step)) && matches;
        }
        catch (RegexMatchTimeoutException)
        {
            return evaluation.Stop(
                $"matching the pattern {JsonDescription.Shorten(Source)} took longer than {_regex.Value.MatchTimeout.TotalMilliseconds} ms; simplify the pattern");
        }
    }
}
