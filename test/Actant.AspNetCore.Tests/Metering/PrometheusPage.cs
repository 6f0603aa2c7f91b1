using System.Globalization;
using System.Text.RegularExpressions;

namespace Actant.AspNetCore.Tests.Metering;

/// <summary>Reads the text format 0.0.4, and takes nothing that it does not allow.</summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _helps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public PrometheusPage(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var family = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                Assert.True(_helps.Add(help.Groups["name"].Value), $"Explained twice: {line}");
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                family = type.Groups["name"].Value;
                Assert.True(_types.TryAdd(family, type.Groups["type"].Value), $"Declared twice: {line}");
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"No line of the format: {line}");
                AssertBelongs(sample, family);
            }
        }

        Assert.All(_helps, name => Assert.Contains(name, _types.Keys));
        AssertHistograms();
    }

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>The names of the labels that occur at a metric.</summary>
    public IEnumerable<string> LabelsOf(string family) => _samples.Keys
        .Where(key => key.StartsWith($"{family}{{", StringComparison.Ordinal) || key.StartsWith($"{family}_bucket{{", StringComparison.Ordinal))
        .SelectMany(key => Label().Matches(key).Select(label => label.Groups["name"].Value)).Where(name => name != "le").Distinct();

    /// <summary>A sample by its name with its labels; 0 where there is none.</summary>
    public double this[string series] => _samples.GetValueOrDefault(series);

    /// <summary>The sum over all series of a name.</summary>
    public double Sum(string name) =>
        _samples.Where(sample => sample.Key == name || sample.Key.StartsWith($"{name}{{", StringComparison.Ordinal)).Sum(sample => sample.Value);

    private void AssertBelongs(Match sample, string family)
    {
        var name = sample.Groups["name"].Value;
        var labels = sample.Groups["labels"].Value;
        Assert.Contains(family, _types.Keys);
        Assert.Contains(name, _types[family] == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : new[] { family });
        Assert.True(_types[family] != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"A counter without _total: {name}");
        var names = Label().Matches(labels).Select(label => label.Groups["name"].Value).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        var value = sample.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        Assert.True(_samples.TryAdd($"{name}{labels}", value), $"Twice: {name}{labels}");
    }

    private void AssertHistograms()
    {
        foreach (var buckets in _samples.Where(sample => sample.Key.Contains("le=\"", StringComparison.Ordinal))
            .GroupBy(sample => sample.Key[..sample.Key.IndexOf("le=\"", StringComparison.Ordinal)]))
        {
            var bounds = buckets.Select(bucket => Bound().Match(bucket.Key).Groups["bound"].Value).ToList();
            var counts = buckets.Select(bucket => bucket.Value).ToList();
            Assert.Equal("+Inf", bounds[^1]);
            Assert.Equal(counts.Order(), counts);
            var numbers = bounds.SkipLast(1).Select(bound => double.Parse(bound, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(numbers.Order(), numbers);
            var labels = buckets.Key[buckets.Key.IndexOf('{', StringComparison.Ordinal)..].TrimEnd(',');
            var count = buckets.Key[..buckets.Key.IndexOf("_bucket{", StringComparison.Ordinal)] + "_count" + (labels == "{" ? "" : labels + "}");
            Assert.Equal(counts[^1], _samples[count]);
            Assert.Contains(count.Replace("_count", "_sum", StringComparison.Ordinal), _samples.Keys);
        }
    }

    [GeneratedRegex(@"\A# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex Help();

    [GeneratedRegex(@"\A# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)\z", RegexOptions.NonBacktracking)]
    private static partial Regex Type();

    [GeneratedRegex("""\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*")*\})? (?<value>[-+]?Inf|NaN|-?[0-9.]+(?:E[-+]?[0-9]+)?)\z""", RegexOptions.NonBacktracking)]
    private static partial Regex Sample();

    [GeneratedRegex("""[{,](?<name>[a-zA-Z_]\w*)="(?:[^"\\]|\\["\\n])*["]""", RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex("""le="(?<bound>[^"]+)"}""", RegexOptions.NonBacktracking)]
    private static partial Regex Bound();
}
