using System.Numerics;

namespace Actant.Benchmarks.Http;

/// <summary>
/// Latencies in buckets whose width grows with their value, at most 1 % of it: as small for a day as for a second. Safe for
/// concurrent use.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private readonly long[] _buckets = new long[(65 - SubBits) << SubBits];
    private long _count;
    private long _max;

    public long Count => Interlocked.Read(ref _count);

    public double MaxMs => Interlocked.Read(ref _max) / 1000.0;

    public void Add(TimeSpan latency)
    {
        var value = Math.Max(0, (long)latency.TotalMicroseconds);
        Interlocked.Increment(ref _buckets[IndexOf(value)]);
        Interlocked.Increment(ref _count);
        for (var max = Interlocked.Read(ref _max); value > max;)
        {
            max = Interlocked.CompareExchange(ref _max, value, max) is var seen && seen == max ? value : seen;
        }
    }

    /// <summary>The latency, in milliseconds, that this share stays below or at; NaN without any.</summary>
    public double AtMs(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        var left = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var index = 0; index < _buckets.Length; index++)
        {
            left -= Interlocked.Read(ref _buckets[index]);
            if (left <= 0)
            {
                return Math.Min(TopOf(index) / 1000.0, MaxMs);
            }
        }

        return MaxMs;
    }

    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long TopOf(int index)
    {
        var shift = Math.Max(0, (index >> SubBits) - 1);
        return ((index - ((long)shift << SubBits) + 1) << shift) - 1;
    }
}
