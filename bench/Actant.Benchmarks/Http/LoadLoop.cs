using System.Collections.Concurrent;
using System.Diagnostics;

namespace Actant.Benchmarks.Http;

/// <summary>Sends requests in a closed or an open loop, and counts what comes of them.</summary>
internal sealed class LoadLoop(Func<CancellationToken, Task> request)
{
    private const int MostUnderWay = 100_000;
    private static readonly TimeSpan s_longestAnswer = TimeSpan.FromSeconds(60);

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>How late the driver itself was in sending (open loop): above a few milliseconds it is the driver that is measured.</summary>
    public LatencyHistogram Lateness { get; } = new();

    public ConcurrentDictionary<string, int> Errors { get; } = [];

    public TimeSpan Elapsed { get; private set; }

    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    /// <summary>So many callers, each of which sends its next request when the last is answered.</summary>
    public async Task RunClosedAsync(int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < duration && !cancellationToken.IsCancellationRequested)
                {
                    await SendAsync(Stopwatch.GetTimestamp(), cancellationToken);
                }
            },
            CancellationToken.None)));
        Elapsed = Stopwatch.GetElapsedTime(started);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>So many requests, by so many callers.</summary>
    public async Task RunCountAsync(int count, int callers, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = callers, CancellationToken = cancellationToken },
            async (_, token) => await SendAsync(Stopwatch.GetTimestamp(), token));
        Elapsed = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Requests by the clock. One that could not leave in time because too many are under way is late all the same.</summary>
    public async Task RunOpenAsync(double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var room = new SemaphoreSlim(MostUnderWay);
        var total = (long)Math.Ceiling(rate * duration.TotalSeconds);
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0L; sent < total;)
        {
            var due = Math.Min(total, (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate) + 1);
            for (; sent < due; sent++)
            {
                await room.WaitAsync(cancellationToken);
                var intended = started + (long)(sent / rate * Stopwatch.Frequency);
                Lateness.Add(Stopwatch.GetElapsedTime(intended));
                _ = Task.Run(() => SendAndLeaveAsync(intended, room, cancellationToken), CancellationToken.None);
            }

            await Task.Delay(1, cancellationToken);
        }

        for (var left = 0; left < MostUnderWay; left++)
        {
            await room.WaitAsync(cancellationToken);
        }

        Elapsed = Stopwatch.GetElapsedTime(started);
    }

    private async Task SendAndLeaveAsync(long intended, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        await SendAsync(intended, cancellationToken);
        room.Release();
    }

    private async Task SendAsync(long since, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_longestAnswer);
        try
        {
            await request(late.Token);
            Latencies.Add(Stopwatch.GetElapsedTime(since));
        }
        catch (OperationCanceledException)
        {
            Count(cancellationToken.IsCancellationRequested ? "stopped" : $"no answer within {s_longestAnswer.TotalSeconds:0} s");
        }
        catch (HttpRequestException failed)
        {
            Count(failed.StatusCode is { } status ? $"HTTP {(int)status}" : failed.HttpRequestError.ToString());
        }
        catch (Exception failed)
        {
            Count($"{failed.GetType().Name}: {failed.Message}");
        }
    }

    private void Count(string error) => Errors.AddOrUpdate(error, 1, static (_, count) => count + 1);
}
