using System.Diagnostics;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;

namespace Actant.Benchmarks.Http;

/// <summary>Runs one scenario and reports it.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await LoadServer.OpenAsync(options, cancellationToken);
            await using var agent = await LoadAgentOnServer.OpenAsync(server.Client, options, cancellationToken);
            var report = new Report();
            report.Add(MachineTable.Make(options.Data, server.IsOwn ? "a server of its own, on the same machine" : $"{options.Url}"));
            var requests = new LoadRequests(server.Client, agent.Name, options);
            var isGood = options.Scenario == "wait"
                ? await WaitAsync(options, server, requests, report, cancellationToken)
                : await LoopAsync(options, server, requests, agent.Name, report, cancellationToken);
            if (options.Json is { } json)
            {
                await report.WriteJsonAsync(json);
            }

            return isGood ? 0 : 1;
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync($"load: {exception.Message}");
            return 2;
        }
    }

    private static async Task<bool> LoopAsync(LoadOptions options, LoadServer server, LoadRequests requests, string agent, Report report, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task> request = options.Scenario switch
        {
            "execute" => requests.ExecuteAsync,
            "stream" => requests.StreamAsync,
            _ => requests.AcceptAsync,
        };
        if (options.WarmUp > TimeSpan.Zero)
        {
            await SendAsync(new LoadLoop(request), options, options.WarmUp, cancellationToken);
        }

        var measured = options.Scenario == "stream" ? new LoadRequests(server.Client, agent, options) : requests;
        var loop = new LoadLoop(options.Scenario == "stream" ? measured.StreamAsync : request);
        var (machine, before) = (MachineClock.Now(), ServerMeter.Of(server.Pid));
        await SendAsync(loop, options, options.Duration, cancellationToken);
        var (used, after) = (MachineClock.Now() - machine, ServerMeter.Of(server.Pid));

        var table = NewTable();
        AddRow(table, options.Scenario, loop.Latencies, loop.PerSecond);
        if (options.Scenario == "stream")
        {
            AddRow(table, "submission to first token, less its delay", measured.FirstTokens, measured.FirstTokens.Count / loop.Elapsed.TotalSeconds);
            AddRow(table, "token to token, less the model's delay", measured.AddedDelays, measured.AddedDelays.Count / loop.Elapsed.TotalSeconds);
            AddRow(table, "the same of a bare timer here", await TimerAsync(options.TokenDelay, cancellationToken), double.NaN);
        }

        report.Add(table);
        var cost = new Table("cost", "what", "value");
        var count = Math.Max(1, loop.Latencies.Count);
        cost.Add("loop", options.Rate is { } rate ? $"open, {rate:N0} requests per second" : $"closed, {options.Concurrency:N0} callers");
        cost.Add("seconds measured", loop.Elapsed.TotalSeconds);
        cost.Add("errors", (long)loop.Errors.Values.Sum());
        cost.Add("CPU ms each, machine", used.MachineMs / count);
        cost.Add("CPU ms each, server", (after.CpuMs - before.CpuMs) / count);
        cost.Add("CPU ms each, driver", used.ProcessMs / count);
        cost.Add("server's memory before, MiB", before.ResidentMiB);
        cost.Add("server's memory after, MiB", after.ResidentMiB);
        if (options.Rate is not null)
        {
            cost.Add("requests that left late, p99 ms", loop.Lateness.AtMs(0.99));
        }

        report.Add(cost);
        return AddErrors(report, loop);
    }

    private static Task SendAsync(LoadLoop loop, LoadOptions options, TimeSpan duration, CancellationToken cancellationToken) => options.Rate is { } rate
        ? loop.RunOpenAsync(rate, duration, cancellationToken)
        : loop.RunClosedAsync(options.Concurrency, duration, cancellationToken);

    private static async Task<bool> WaitAsync(LoadOptions options, LoadServer server, LoadRequests requests, Report report, CancellationToken cancellationToken)
    {
        await requests.AcceptAsync(cancellationToken);
        await DoneAsync(requests, cancellationToken);
        var (machine, before) = (MachineClock.Now(), ServerMeter.Of(server.Pid));
        var started = Stopwatch.GetTimestamp();
        var loop = new LoadLoop(requests.AcceptAsync);
        await loop.RunCountAsync(options.Count, options.Concurrency, cancellationToken);
        var waiting = ServerMeter.Of(server.Pid);
        await DoneAsync(requests, cancellationToken);
        var all = Stopwatch.GetElapsedTime(started);
        var (used, after) = (MachineClock.Now() - machine, ServerMeter.Of(server.Pid));
        var hasFailed = await requests.HasAnyAsync("failed", cancellationToken) || await requests.HasAnyAsync("timed_out", cancellationToken);

        var accepting = NewTable();
        AddRow(accepting, "accept", loop.Latencies, loop.PerSecond);
        report.Add(accepting);
        var table = new Table("wait", "what", "value");
        table.Add("executions", (long)options.Count);
        table.Add("their model answers after, s", options.ModelDelay.TotalSeconds);
        table.Add("first submission to last accept, s", loop.Elapsed.TotalSeconds);
        table.Add("first submission to last end, s", all.TotalSeconds);
        table.Add("server's memory before, MiB", before.ResidentMiB);
        table.Add("server's memory once all are accepted, MiB", waiting.ResidentMiB);
        table.Add("server's memory after, MiB", after.ResidentMiB);
        table.Add("CPU ms each, machine", used.MachineMs / options.Count);
        table.Add("CPU ms each, server", (after.CpuMs - before.CpuMs) / options.Count);
        table.Add("any that failed", hasFailed ? "yes" : "no");
        report.Add(table);
        return AddErrors(report, loop) && !hasFailed;
    }

    /// <summary>Looks ten times a second whether any is left: that much too late it may say so.</summary>
    private static async Task DoneAsync(LoadRequests requests, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_longestWait);
        while (await requests.HasAnyAsync("pending", late.Token) || await requests.HasAnyAsync("running", late.Token))
        {
            await Task.Delay(100, late.Token);
        }
    }

    /// <summary>How late timers are here without anything else: what is below that is not the server's.</summary>
    private static async Task<LatencyHistogram> TimerAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        var late = new LatencyHistogram();
        var count = Math.Clamp((int)(2_000 / delay.TotalMilliseconds), 5, 100);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await Task.Delay(delay, cancellationToken);
            late.Add(Stopwatch.GetElapsedTime(started) - delay);
        }

        return late;
    }

    private static Table NewTable() => new("load", "what", "count", "per second", "p50 ms", "p90 ms", "p99 ms", "max ms");

    private static void AddRow(Table table, string what, LatencyHistogram latencies, double perSecond) => table.Add(
        what, latencies.Count, perSecond, latencies.AtMs(0.5), latencies.AtMs(0.9), latencies.AtMs(0.99), latencies.Count > 0 ? latencies.MaxMs : double.NaN);

    private static bool AddErrors(Report report, LoadLoop loop)
    {
        if (loop.Errors.IsEmpty)
        {
            return true;
        }

        var table = new Table("errors", "error", "count");
        foreach (var (error, count) in loop.Errors.OrderByDescending(pair => pair.Value))
        {
            table.Add(error, (long)count);
        }

        report.Add(table);
        return false;
    }
}
