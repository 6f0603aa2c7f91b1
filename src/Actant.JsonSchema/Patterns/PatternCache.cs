using System.Text.RegularExpressions;

namespace Actant.Schemas;

/// <summary>The patterns of one compilation, each compiled once.</summary>
internal sealed class PatternCache
{
    private static readonly TimeSpan s_linearTimeout = TimeSpan.FromSeconds(1);

    // Building the automaton of a nasty expression takes milliseconds.
    private const int MaxPatterns = 1_000;

    private readonly Dictionary<string, (Pattern? Pattern, string? Problem)> _bySource = new(StringComparer.Ordinal);

    public (Pattern? Pattern, string? Problem) Get(string source, JsonSchemaOptions options)
    {
        if (!_bySource.TryGetValue(source, out var entry))
        {
            if (_bySource.Count == MaxPatterns)
            {
                return (null, $"the schema has more than {MaxPatterns} different patterns; use fewer");
            }

            entry = Compile(source, options);
            _bySource.Add(source, entry);
        }

        return entry;
    }

    private static (Pattern? Pattern, string? Problem) Compile(string source, JsonSchemaOptions options)
    {
        if (source.Length > options.MaxPatternLength)
        {
            return (null, $"the pattern has {source.Length} characters, allowed are {options.MaxPatternLength}; make it shorter");
        }

        var translator = new PatternTranslator(source);
        if (!translator.TryTranslate(out var translated))
        {
            return (null, $"not a valid regular expression: {translator.Problem}");
        }

        try
        {
            return (new Pattern(source, Build(translated, translator.IsLarge, options.PatternTimeout)), null);
        }
        catch (ArgumentException e)
        {
            return (null, $"not a valid regular expression: {e.Message}");
        }
    }

    private static Regex Build(string pattern, bool isLarge, TimeSpan timeout)
    {
        // Counted repetitions unfold into states of the linear engine; beyond some number these cost more than a time limit.
        if (!isLarge)
        {
            try
            {
                return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_linearTimeout);
            }
            catch (NotSupportedException)
            {
            }
        }

        return new Regex(pattern, RegexOptions.CultureInvariant, timeout);
    }
}
