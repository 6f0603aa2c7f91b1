using System.Diagnostics;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;

namespace Actant.Benchmarks.Vendors;

/// <summary>How old a token is when its reader has it: straight from the vendor, and through a server that asks it.</summary>
internal static class TokenRun
{
    public const int PerSecond = 50;
    private static readonly TimeSpan s_joining = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        await using var stage = await VendorStage.OpenAsync(options);
        var (streams, direct, served) = await MeasureAsync(options, stage);
        var table = new Table("tokens", "what", "tokens", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "CPU µs each: vendor", "server", "reader");
        Add(table, $"vendor → reader, {streams} streams × {PerSecond} tokens/s", direct);
        Add(table, "vendor → Actant → reader", served);
        table.Add(
            "added (goal: p99 < 5)",
            "",
            served.Ages.AtMs(0.5) - direct.Ages.AtMs(0.5),
            served.Ages.AtMs(0.9) - direct.Ages.AtMs(0.9),
            served.Ages.AtMs(0.99) - direct.Ages.AtMs(0.99),
            served.Ages.AtMs(0.999) - direct.Ages.AtMs(0.999),
            served.Ages.MaxMs - direct.Ages.MaxMs,
            "",
            "",
            "");
        report.Add(table);
    }

    /// <summary>The same streams straight from the vendor, and submitted to a stage's node and read from its other one, where it has two.</summary>
    public static async Task<(int Streams, Measured Direct, Measured Served)> MeasureAsync(BenchmarkOptions options, VendorStage stage)
    {
        var (streams, warmUp, measured) = options.Quick ? (20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)) : (200, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
        var gap = TimeSpan.FromSeconds(1.0 / PerSecond);
        var pace = new VendorPace((int)((warmUp + measured) / gap), gap, s_joining);
        await stage.Node.AddAgentAsync("tokens", pace);

        // To the end, where code is needed that the measured streams must not wait for.
        await stage.Node.AddAgentAsync("warm", new VendorPace(PerSecond, gap, TimeSpan.Zero));
        await MeasureAsync(stage, streams, warmUp, "\"offset\":"u8.ToArray(), () => ServedAsync(stage, "warm"));

        var direct = await MeasureAsync(stage, streams, warmUp, "\"content\":"u8.ToArray(), () => stage.Vendor.CallAsync(pace, "tokens", CancellationToken.None));
        var served = await MeasureAsync(stage, streams, warmUp, "\"offset\":"u8.ToArray(), () => ServedAsync(stage, "tokens"));
        return (streams, direct, served);
    }

    private static void Add(Table table, string what, Measured run) => table.Add(
        what,
        run.Ages.Count,
        run.Ages.AtMs(0.5),
        run.Ages.AtMs(0.9),
        run.Ages.AtMs(0.99),
        run.Ages.AtMs(0.999),
        run.Ages.MaxMs,
        run.VendorMs * 1000 / run.Ages.Count,
        run.ServerMs * 1000 / run.Ages.Count,
        run.ReaderMs * 1000 / run.Ages.Count);

    private static async Task<HttpResponseMessage> ServedAsync(VendorStage stage, string agent) =>
        await stage.Other.EventsAsync(await stage.Node.SubmitAsync(agent, "tokens", CancellationToken.None), CancellationToken.None);

    private static async Task<Measured> MeasureAsync(VendorStage stage, int streams, TimeSpan warmUp, byte[] mark, Func<Task<HttpResponseMessage>> open)
    {
        var ages = new LatencyHistogram();
        var from = Stopwatch.GetTimestamp() + (long)((s_joining + warmUp).TotalSeconds * Stopwatch.Frequency);
        var reading = Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(async () =>
            await new TokenReader(ages, mark, from).ReadAsync(await open(), CancellationToken.None))));
        await Task.WhenAny(reading, Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), from)));
        var (reader, vendor, server) = (MachineClock.Now(), ServerMeter.Of(stage.Vendor.Id), stage.Node.Meter);
        await reading;
        return new Measured(ages, ServerMeter.Of(stage.Vendor.Id).CpuMs - vendor.CpuMs, stage.Node.Meter.CpuMs - server.CpuMs, (MachineClock.Now() - reader).ProcessMs);
    }

    internal sealed record Measured(LatencyHistogram Ages, double VendorMs, double ServerMs, double ReaderMs);
}
