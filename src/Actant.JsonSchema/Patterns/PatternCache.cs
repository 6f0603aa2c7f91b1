using System.Text.RegularExpressions;

namespace Actant.Schemas;

/// <summary>The patterns of one compilation, each compiled once.</summary>
internal sealed class PatternCache
{
    private const int MaxPatterns = 1_000;

    private readonly LinearEngines _engines = new();

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

    private (Pattern? Pattern, string? Problem) Compile(string source, JsonSchemaOptions options)
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
            // Whether it is one at all, is seen by the engine that costs next to nothing to build.
            _ = new Regex(translated, RegexOptions.CultureInvariant, options.PatternTimeout);
            var states = translator.IsLarge ? int.MaxValue : translator.States;
            return (new Pattern(source, () => _engines.Build(translated, states, options.PatternTimeout)), null);
        }
        catch (ArgumentException e)
        {
            return (null, $"not a valid regular expression: {e.Message}");
        }
    }
}
