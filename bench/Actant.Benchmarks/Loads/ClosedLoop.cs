using System.Diagnostics;

namespace Actant.Benchmarks.Loads;

/// <summary>
/// Callers that each send the next request when the last is answered: a warm-up, then repetitions. The rate is their median,
/// latencies are pooled.
/// </summary>
internal sealed record ClosedLoop(double Median, double Min, double Max, double P50, double P99, double ProcessMs, double MachineMs, long Count)
{
    /// <summary>Measures an operation by so many callers at once.</summary>
    public static async Task<ClosedLoop> MeasureAsync(Func<Task> operation, int callers, BenchmarkOptions options)
    {
        // The runtime compiles what is hot anew, with what it has seen: on two processors under full load that takes 16 to 18 seconds.
        var (warmUp, length, repetitions) = options.Quick ? (0.1, 0.2, 1) : (18.0, 4.0, 3);
        await RepeatAsync(operation, callers, warmUp);
        var rates = new List<double>();
        var latencies = new List<double>();
        var before = MachineClock.Now();
        for (var i = 0; i < repetitions; i++)
        {
            var (rate, some) = await RepeatAsync(operation, callers, length);
            rates.Add(rate);
            latencies.AddRange(some);
        }

        var used = MachineClock.Now() - before;
        latencies.Sort();
        rates.Sort();
        return new ClosedLoop(
            rates[rates.Count / 2], rates[0], rates[^1], At(latencies, 0.5), At(latencies, 0.99), used.ProcessMs / latencies.Count, used.MachineMs / latencies.Count, latencies.Count);
    }

    private static async Task<(double Rate, List<double> Latencies)> RepeatAsync(Func<Task> operation, int callers, double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var latencies = new List<double>();
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var sent = Stopwatch.GetTimestamp();
                await operation();
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return latencies;
        })));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        List<double> pooled = [.. all.SelectMany(latencies => latencies)];
        return (pooled.Count / elapsed, pooled);
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
