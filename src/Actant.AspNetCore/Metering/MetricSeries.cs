namespace Actant.AspNetCore.Metering;

/// <summary>The numbers of one metric with one set of labels. May be recorded by many at once.</summary>
/// <param name="bounds">Of a histogram: the upper bounds of its buckets, ascending, without infinity.</param>
internal sealed class MetricSeries(double[]? bounds)
{
    private readonly long[] _counts = bounds is null ? [] : new long[bounds.Length + 1];
    private double _sum;

    /// <summary>The value, or of a histogram the sum of what was recorded.</summary>
    public double Sum => Volatile.Read(ref _sum);

    public void Add(double value)
    {
        var seen = Volatile.Read(ref _sum);
        while (Interlocked.CompareExchange(ref _sum, seen + value, seen) is var now && !now.Equals(seen))
        {
            seen = now;
        }
    }

    public void Set(double value) => Volatile.Write(ref _sum, value);

    public void Observe(double value)
    {
        var index = Array.BinarySearch(bounds!, value);
        Interlocked.Increment(ref _counts[index < 0 ? ~index : index]);
        Add(value);
    }

    /// <summary>How many values were at most as large as each bound, the last one being infinity.</summary>
    public long[] Cumulative()
    {
        var counts = new long[_counts.Length];
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = sum += Volatile.Read(ref _counts[i]);
        }

        return counts;
    }
}
