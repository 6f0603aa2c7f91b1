using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Vendors;

namespace Actant.Benchmarks.Clusters;

/// <summary>From <c>kill -9</c> of the node that runs them until the vendor has each execution's call again, from the other node.</summary>
internal static class KillRun
{
    private const int Executions = 30;
    private static readonly TimeSpan s_longestTakeOver = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(BenchmarkOptions options, PostgresStage stage, Table table)
    {
        var rounds = options.Quick ? 1 : 3;
        var again = new LatencyHistogram();
        for (var round = 0; round < rounds; round++)
        {
            // Each in another place between two heartbeats, which come every three seconds.
            await KillAsync(options, stage, TimeSpan.FromSeconds(round), again);
        }

        table.Add($"kill -9 → the vendor has the call from the other node, {Executions} waiting, {rounds} times, default settings: p50, s", again.AtMs(0.5) / 1000, "");
        table.Add("the same, p99, s", again.AtMs(0.99) / 1000, "≤ 12");
    }

    private static async Task KillAsync(BenchmarkOptions options, PostgresStage stage, TimeSpan pause, LatencyHistogram again)
    {
        using var late = new CancellationTokenSource(s_longestTakeOver);
        var database = await stage.NewOptionsAsync();
        await using (var nodes = await VendorStage.OpenTwoAsync(options, database))
        {
            await nodes.Node.AddAgentAsync("silent", VendorPace.Silent);
            string[] texts = [.. Enumerable.Range(0, Executions).Select(_ => $"{Guid.NewGuid():N}")];
            await Task.WhenAll(texts.Select(async text =>
            {
                await nodes.Node.SubmitAsync("silent", text, late.Token);
                await nodes.Vendor.OpenedAsync(text, late.Token);
            }));
            await Task.Delay(pause, late.Token);
            var killed = Stopwatch.GetTimestamp();
            await nodes.Node.KillAsync();
            await Task.WhenAll(texts.Select(async text => again.Add(Stopwatch.GetElapsedTime(killed, await nodes.Vendor.AgainAsync(text, late.Token)))));
        }

        await stage.DropAsync(database);
    }
}
