using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Actant.AspNetCore.Metering;

/// <summary>One metric with all its series.</summary>
internal sealed class MetricFamily
{
    // More than the labels of any instrument here allow; a stranger's instrument must not fill the memory either.
    private const int MostSeries = 20_000;
    private const string Overflow = "otel_metric_overflow=\"true\"";

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string _name;
    private readonly string? _help;
    private readonly double[]? _bounds;
    private readonly bool _isSet;

    /// <summary>A metric.</summary>
    /// <param name="name">As Prometheus has it, with unit and suffix.</param>
    /// <param name="help">What it counts.</param>
    /// <param name="kind">Its type.</param>
    /// <param name="bounds">Of a histogram: its buckets.</param>
    /// <param name="isSet">Whether a measurement is the value itself and not what is added to it.</param>
    public MetricFamily(string name, string? help, MetricKind kind, double[]? bounds, bool isSet)
    {
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        (_name, _help, Kind, _bounds, _isSet) = (name, help, kind, bounds, isSet);
    }

    public MetricKind Kind { get; }

    /// <summary>Shows 0 where nothing was counted yet, so that an alert has something to compare with.</summary>
    public void StartAtZero() => Find("");

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Observe(value);
        }
        else if (_isSet)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets what was observed at the last collection: what is gone must not be shown for ever.</summary>
    public void ForgetObserved()
    {
        if (_isSet)
        {
            _series.Clear();
        }
    }

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        if (_help is { Length: > 0 })
        {
            text.Append("# HELP ").Append(_name).Append(' ').Append(_help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        }

        text.Append("# TYPE ").Append(_name).Append(' ').Append(Kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (Kind == MetricKind.Histogram)
            {
                WriteHistogram(text, labels, series);
            }
            else
            {
                WriteSample(text, "", labels, series.Sum);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, MetricSeries series)
    {
        var separator = labels.Length > 0 ? "," : "";
        var sum = series.Sum;
        var counts = series.Cumulative();
        for (var i = 0; i < counts.Length; i++)
        {
            var bound = i < _bounds!.Length ? Number(_bounds[i]) : "+Inf";
            WriteSample(text, "_bucket", $"{labels}{separator}le=\"{bound}\"", counts[i]);
        }

        WriteSample(text, "_sum", labels, sum);
        WriteSample(text, "_count", labels, counts[^1]);
    }

    private void WriteSample(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(_name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> near = stackalloc char[512];
        if (MetricLabels.TryWrite(tags, near, out var length))
        {
            return Find(near[..length]);
        }

        var far = ArrayPool<char>.Shared.Rent(16 * 1024);
        try
        {
            return Find(MetricLabels.TryWrite(tags, far, out length) ? far.AsSpan(0, length) : Overflow);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(far);
        }
    }

    private MetricSeries Find(ReadOnlySpan<char> labels)
    {
        if (_lookup.TryGetValue(labels, out var series))
        {
            return series;
        }

        // Rare, so the count may take its locks.
        var key = _series.Count < MostSeries ? labels.ToString() : Overflow;
        return _series.GetOrAdd(key, static (_, bounds) => new MetricSeries(bounds), _bounds);
    }
}
