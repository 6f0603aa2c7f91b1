using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;

namespace Actant.Benchmarks.Vendors;

/// <summary>Many executions of a server that wait for a vendor at once, each on a connection of its own: how soon all have ended, and what each costs.</summary>
internal static class WaitingRun
{
    private const int Submitters = 64;
    private const double LongestAfterAccept = 1.15;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(4);

    /// <summary>Whether all could be measured.</summary>
    public static async Task<bool> RunAsync(BenchmarkOptions options, Report report)
    {
        var (count, delay) = options.Quick ? (200, TimeSpan.FromSeconds(1)) : (10_000, TimeSpan.FromSeconds(5));
        if (OpenFiles.FaultWith(count) is { } fault)
        {
            await Console.Error.WriteLineAsync($"bench: {fault}");
            return false;
        }

        var table = new Table("waiting", "what", "before the answer's head", "in the middle of the answer", "goal");
        var before = await MeasureAsync(options, count, VendorPace.After(delay));
        var within = await MeasureAsync(options, count, new VendorPace(2, delay, TimeSpan.Zero));
        table.Add("executions", (long)count, (long)count, "");
        table.Add("their vendor is silent for, s", delay.TotalSeconds, delay.TotalSeconds, "");
        table.Add("at once with the vendor, most seen", (long)before.MostOpen, (long)within.MostOpen, "");
        table.Add("first submission to last accept, s", before.Accepting.TotalSeconds, within.Accepting.TotalSeconds, "");
        table.Add("first submission to last end, s", before.All.TotalSeconds, within.All.TotalSeconds, "≤ 7");
        table.Add(
            "last accept to last end, s", (before.All - before.Accepting).TotalSeconds, (within.All - within.Accepting).TotalSeconds, $"≤ {LongestAfterAccept * delay.TotalSeconds:0.##}");
        table.Add("server's resident memory before, MiB", before.Idle.ResidentMiB, within.Idle.ResidentMiB, "");
        table.Add("server's resident memory while they wait, MiB", before.Waiting.ResidentMiB, within.Waiting.ResidentMiB, "");
        table.Add("resident memory each, KiB", before.EachKiB, within.EachKiB, "≤ 64");
        table.Add("CPU ms each, server", before.Cpu.Server / count, within.Cpu.Server / count, "");
        table.Add("CPU ms each, vendor", before.Cpu.Vendor / count, within.Cpu.Vendor / count, "");
        table.Add("CPU ms each, driver", before.Cpu.Driver / count, within.Cpu.Driver / count, "");
        table.Add("any that did not complete", before.HasFailed ? "yes" : "no", within.HasFailed ? "yes" : "no", "no");
        report.Add(table);
        return !before.HasFailed && !within.HasFailed;
    }

    private static async Task<Measured> MeasureAsync(BenchmarkOptions options, int count, VendorPace pace)
    {
        await using var stage = await VendorStage.OpenAsync(options);
        await stage.Node.AddAgentAsync("warm", pace with { Delay = TimeSpan.Zero, Gap = TimeSpan.Zero });
        await stage.Node.AddAgentAsync("waiting", pace);

        // A server that has run for a while has compiled what it needs, and knows the size of its heap.
        for (var round = 0; round < 2; round++)
        {
            await SubmitAsync(stage, "warm", count / 2);
            await stage.Node.EndedAsync("warm", CancellationToken.None);
            await Task.Delay(s_settling);
        }

        var (idle, cpu) = (stage.Node.Meter, Cpu.Of(stage));
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(stage, done.Token);
        var started = Stopwatch.GetTimestamp();
        await SubmitAsync(stage, "waiting", count);
        var accepting = Stopwatch.GetElapsedTime(started);
        await stage.Node.EndedAsync("waiting", CancellationToken.None);
        var all = Stopwatch.GetElapsedTime(started);
        cpu = Cpu.Of(stage) - cpu;
        await done.CancelAsync();
        var (most, waiting) = await watching;
        var hasFailed = await stage.Node.HasAnyAsync("waiting", "failed", CancellationToken.None) || await stage.Node.HasAnyAsync("waiting", "timed_out", CancellationToken.None);
        return new Measured(accepting, all, most, idle, waiting, cpu, hasFailed);
    }

    private static Task SubmitAsync(VendorStage stage, string agent, int count)
    {
        var input = LoadAgent.Text(512);
        return Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Submitters },
            async (_, cancellationToken) => await stage.Node.SubmitAsync(agent, input, cancellationToken));
    }

    /// <summary>The most calls that the vendor had open at once, and what the server used when it had them last.</summary>
    private static async Task<(int Most, ServerMeter Server)> WatchAsync(VendorStage stage, CancellationToken cancellationToken)
    {
        var (most, server) = (0, stage.Node.Meter);
        while (!cancellationToken.IsCancellationRequested)
        {
            var open = await stage.Vendor.OpenAsync(CancellationToken.None);
            if (open >= most)
            {
                (most, server) = (open, stage.Node.Meter);
            }

            await Task.Delay(100, CancellationToken.None);
        }

        return (most, server);
    }

    private readonly record struct Cpu(double Server, double Vendor, double Driver)
    {
        public static Cpu Of(VendorStage stage) => new(stage.Node.Meter.CpuMs, ServerMeter.Of(stage.Vendor.Id).CpuMs, MachineClock.Now().ProcessMs);

        public static Cpu operator -(Cpu left, Cpu right) => new(left.Server - right.Server, left.Vendor - right.Vendor, left.Driver - right.Driver);
    }

    private sealed record Measured(TimeSpan Accepting, TimeSpan All, int MostOpen, ServerMeter Idle, ServerMeter Waiting, Cpu Cpu, bool HasFailed)
    {
        public double EachKiB => (Waiting.ResidentMiB - Idle.ResidentMiB) * 1024 / MostOpen;
    }
}
