using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Reports;

namespace Actant.Benchmarks.Vendors;

/// <summary>From asking for a cancellation until the vendor's connection is closed.</summary>
internal static class CancelRun
{
    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var (callers, _, _) = Counts(options);
        await using var stage = await VendorStage.OpenAsync(options);
        await stage.Node.AddAgentAsync("stuck", VendorPace.Stuck);
        var table = new Table("cancel", "what", "cancels", "at once", "p50 ms", "p90 ms", "p99 ms", "max ms");
        Add(table, "the vendor's own client goes → closed", callers, await MeasureAsync(options, text => LeaveAsync(stage, text)));
        Add(table, "cancel asked → closed, before the answer's head (goal: p99 < 100)", callers, await SilentAsync(options, stage));
        Add(table, "cancel asked → closed, in the middle of the answer (goal: p99 < 100)", callers, await MeasureAsync(options, text => CancelAsync(stage, "stuck", text)));
        report.Add(table);
    }

    private static void Add(Table table, string what, int callers, LatencyHistogram closing) =>
        table.Add(what, closing.Count, (long)callers, closing.AtMs(0.5), closing.AtMs(0.9), closing.AtMs(0.99), closing.MaxMs);

    /// <summary>Calls that have no answer yet: asked of the stage's other node, where it has two.</summary>
    public static async Task<LatencyHistogram> SilentAsync(BenchmarkOptions options, VendorStage stage)
    {
        await stage.Node.AddAgentAsync("silent", VendorPace.Silent);
        return await MeasureAsync(options, text => CancelAsync(stage, "silent", text));
    }

    private static (int Callers, int Each, int WarmUp) Counts(BenchmarkOptions options) => options.Quick ? (4, 3, 1) : (20, 25, 5);

    private static async Task<LatencyHistogram> MeasureAsync(BenchmarkOptions options, Func<string, Task<TimeSpan>> cancel)
    {
        var (callers, each, warmUp) = Counts(options);
        var closing = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < warmUp + each; i++)
            {
                var took = await cancel($"{Guid.NewGuid():N}");
                if (i >= warmUp)
                {
                    closing.Add(took);
                }
            }
        })));
        return closing;
    }

    private static async Task<TimeSpan> CancelAsync(VendorStage stage, string agent, string text)
    {
        var execution = await stage.Node.SubmitAsync(agent, text, CancellationToken.None);
        await stage.Vendor.OpenedAsync(text, CancellationToken.None);
        var asked = Stopwatch.GetTimestamp();
        await stage.Other.CancelAsync(execution, CancellationToken.None);
        return Stopwatch.GetElapsedTime(asked, await stage.Vendor.ClosedAsync(text, CancellationToken.None));
    }

    private static async Task<TimeSpan> LeaveAsync(VendorStage stage, string text)
    {
        using var leaving = new CancellationTokenSource();
        var asking = stage.Vendor.CallAsync(VendorPace.Silent, text, leaving.Token);
        await stage.Vendor.OpenedAsync(text, CancellationToken.None);
        var left = Stopwatch.GetTimestamp();
        await leaving.CancelAsync();
        await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Stopwatch.GetElapsedTime(left, await stage.Vendor.ClosedAsync(text, CancellationToken.None));
    }
}
