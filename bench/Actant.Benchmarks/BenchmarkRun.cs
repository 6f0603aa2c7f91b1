using Actant.Benchmarks.Brokers;
using Actant.Benchmarks.Clusters;
using Actant.Benchmarks.HotPaths;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Peers;
using Actant.Benchmarks.Reports;
using Actant.Benchmarks.Stores;
using Actant.Benchmarks.Vendors;

namespace Actant.Benchmarks;

/// <summary>Runs the parts that were asked for, one after the other, and reports each as it ends.</summary>
internal static class BenchmarkRun
{
    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        report.Add(MachineTable.Make(options));
        var isComplete = true;
        if (options.Wants("throughput"))
        {
            await ThroughputRun.RunAsync(options, report);
            await PostgresRun.RunAsync(options, report);
        }

        if (options.Wants("thread"))
        {
            await ThreadRun.RunAsync(options, report);
        }

        if (options.Wants("idle"))
        {
            await IdleRun.RunAsync(options, report);
        }

        if (options.Wants("waiting"))
        {
            isComplete &= await WaitingRun.RunAsync(options, report);
        }

        if (options.Wants("tokens"))
        {
            await TokenRun.RunAsync(options, report);
        }

        if (options.Wants("cancel"))
        {
            await CancelRun.RunAsync(options, report);
        }

        if (options.Wants("cluster"))
        {
            await ClusterRun.RunAsync(options, report);
        }

        if (options.Wants("brokers") && options.Matches("nats"))
        {
            await NatsRun.RunAsync(options, report);
        }

        if (options.Wants("brokers") && options.Matches("redis"))
        {
            await RedisRun.RunAsync(options, report);
        }

        if (options.Wants("take"))
        {
            await TakeRun.RunAsync(options, report);
        }

        if (options.Wants("peers"))
        {
            await PeersRun.RunAsync(options, report);
        }

        // Last: BenchmarkDotNet leaves threads and compiled code behind that the others need not meet.
        if (options.Wants("micro"))
        {
            isComplete &= MicroRun.Run(options, report);
        }

        if (options.Json is { } json)
        {
            await report.WriteJsonAsync(json);
        }

        if (options.Markdown is { } markdown)
        {
            await report.FillAsync(markdown);
        }

        return isComplete ? 0 : 1;
    }
}
