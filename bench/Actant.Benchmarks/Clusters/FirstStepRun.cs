using System.Collections.Concurrent;
using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;

namespace Actant.Benchmarks.Clusters;

/// <summary>From the 202 in the client's hands until the vendor has the execution's first call, while requests leave by the clock.</summary>
internal static class FirstStepRun
{
    private const int Callers = 64;

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var database = await stage.NewOptionsAsync();
        await using (var nodes = await VendorStage.OpenAsync(options, [OwnServer.On(database)]))
        {
            await nodes.Node.AddAgentAsync("prompt", VendorPace.After(TimeSpan.Zero));
            var text = LoadAgent.Text(512);
            var sustained = await ClosedLoop.MeasureAsync(() => nodes.Node.ExecuteAsync("prompt", text, CancellationToken.None), Callers, options);
            var rate = sustained.Median / 2;
            var (steps, all) = await StepsAsync(nodes, rate, TimeSpan.FromSeconds(options.Quick ? 1 : 15));
            table.Add($"executions/s that a vendor's model answers at once, {Callers} callers wait for them", sustained.Median, "");
            table.Add($"202 → vendor has the first call, {rate:N0} executions/s by the clock: p50, ms", steps.AtMs(0.5), "");
            table.Add("the same, p99, ms", steps.AtMs(0.99), "< 25");
            table.Add("request sent → vendor has the first call, p99, ms", all.AtMs(0.99), "");
        }

        await stage.DropAsync(database);
    }

    private static async Task<(LatencyHistogram Steps, LatencyHistogram All)> StepsAsync(VendorStage nodes, double rate, TimeSpan duration)
    {
        var accepted = new ConcurrentBag<(string Text, long Sent, long Accepted)>();
        var loop = new LoadLoop(async cancellationToken =>
        {
            var (text, sent) = ($"{Guid.NewGuid():N}", Stopwatch.GetTimestamp());
            await nodes.Node.SubmitAsync("prompt", text, cancellationToken);
            accepted.Add((text, sent, Stopwatch.GetTimestamp()));
        });
        await loop.RunOpenAsync(rate, duration, CancellationToken.None);
        if (!loop.Errors.IsEmpty)
        {
            throw new InvalidOperationException($"The server refused: {string.Join(", ", loop.Errors)}.");
        }

        // Asked for afterwards: it would compete with what is measured.
        var (steps, all) = (new LatencyHistogram(), new LatencyHistogram());
        await Parallel.ForEachAsync(accepted, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (one, cancellationToken) =>
        {
            var opened = await nodes.Vendor.OpenedAsync(one.Text, cancellationToken);

            // The vendor may have it before the client has read its answer.
            steps.Add(TimeSpan.FromTicks(Math.Max(0, Stopwatch.GetElapsedTime(one.Accepted, opened).Ticks)));
            all.Add(Stopwatch.GetElapsedTime(one.Sent, opened));
        });
        return (steps, all);
    }
}
