using System.Collections.Concurrent;
using System.Diagnostics;
using Actant.Benchmarks.Reports;
using Actant.Storage;

namespace Actant.Benchmarks.Stores;

/// <summary>The takes of some nodes until so many threads are taken.</summary>
internal sealed class Takes
{
    private const int Batch = 100;

    private readonly ConcurrentBag<double> _times = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _taken;
    private int _contended;

    /// <summary>Percent of all.</summary>
    public double MetOthers => 100.0 * _contended / _times.Count;

    public async Task RunAsync(IActantStore store, int threads)
    {
        var session = await store.OpenSessionAsync(new OpenSession("bench", TimeSpan.FromHours(1)), CancellationToken.None);
        var request = new TakeRequest { Session = session.Id, Max = Batch, Format = 1, TakenBody = new byte[32] };
        while (Volatile.Read(ref _taken) < threads)
        {
            var before = Stopwatch.GetTimestamp();
            var result = await store.TakeAsync(request, CancellationToken.None);
            _times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            Interlocked.Add(ref _taken, result.Threads.Count);
            if (result.Threads.Count == 0)
            {
                Interlocked.Add(ref _contended, result.IsContended ? 1 : 0);
                await Task.Delay(TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * 4)));
            }
        }
    }

    /// <summary>Threads per second, takes, median and 99th percentile.</summary>
    public Cell[] Cells()
    {
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        var sorted = _times.Order().ToArray();
        return [_taken / seconds, (long)sorted.Length, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]];
    }
}
