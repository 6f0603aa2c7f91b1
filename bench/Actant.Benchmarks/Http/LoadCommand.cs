using System.CommandLine;

namespace Actant.Benchmarks.Http;

/// <summary><c>load</c>: a running server under load, over HTTP.</summary>
internal static class LoadCommand
{
    private const string Description = """
        Puts a server under load over HTTP and reports throughput, latencies, errors and what they cost.

          accept    POST /api/v1/executions, until the 202
          execute   POST /api/v1/agents/…/execute, until the answer: model, tool, model
          stream    an execution and its server-sent events: what is added between a token and its reader
          wait      many executions that wait on a slow model at once: accepted, done, memory

        Without --url it starts a server of its own on a temporary folder. Without --rate each of --concurrency callers sends its
        next request when the last is answered (closed loop). With --rate requests leave by the clock, and latency counts from
        when a request was due, so that a server that stalls is charged for those it kept from leaving (open loop).
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var scenario = new Argument<string>("scenario") { Description = "What to do.", DefaultValueFactory = _ => "accept" };
        scenario.AcceptOnlyFromAmong("accept", "execute", "stream", "wait");
        var url = new Option<Uri?>("--url") { Description = "A server that runs, as http://127.0.0.1:8080. [default: one of its own]", HelpName = "URL" };
        var header = new Option<string[]>("--header") { Description = "Sent with each request, as \"Authorization: Bearer KEY\"; several times for several.", HelpName = "LINE" };
        var pid = new Option<int?>("--pid") { Description = "The server's process, for its CPU and memory. [default: whoever listens on the port, on Linux]", HelpName = "N" };
        var agent = new Option<string?>("--agent") { Description = "An agent of the server. [default: one is made, and deleted at the end]", HelpName = "NAME" };
        var concurrency = Number("--concurrency", 16, "Callers at once (closed loop), submitters (wait).", 1, 100_000);
        var rate = new Option<double?>("--rate") { Description = "Requests each second (open loop); at most 100,000 are under way at once.", HelpName = "N" };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0 or > 1_000_000)
            {
                result.AddError("--rate must be above 0 and at most 1,000,000.");
            }
        });
        var duration = Number("--duration", 10, "Seconds that are measured.", 1, 86_400);
        var warmUp = Number("--warm-up", 3, "Seconds before, not measured.", 0, 3_600);
        var count = Number("--count", 1_000, "wait: executions.", 1, 1_000_000);
        var modelDelay = Number("--model-delay", 5_000, "wait: milliseconds until the model answers.", 0, 600_000);
        var tokens = Number("--tokens", 50, "stream: tokens of an answer.", 2, 10_000);
        var tokenDelay = Number("--token-delay", 20, "stream: milliseconds between tokens.", 1, 60_000);
        var data = new Option<string>("--data") { Description = "Where the server of its own keeps its data; deleted at the end.", HelpName = "DIR", DefaultValueFactory = _ => Path.GetTempPath() };
        var json = new Option<string?>("--json") { Description = "Writes the figures as JSON, too.", HelpName = "FILE" };
        var root = new Command("load", Description)
        {
            scenario, url, header, pid, agent, concurrency, rate, duration, warmUp, count, modelDelay, tokens, tokenDelay, data, json,
        };
        root.SetAction((parsed, cancellationToken) => LoadRun.RunAsync(
            new LoadOptions
            {
                Scenario = parsed.GetValue(scenario)!,
                Url = parsed.GetValue(url),
                Headers = parsed.GetValue(header) ?? [],
                Pid = parsed.GetValue(pid),
                Agent = parsed.GetValue(agent),
                Concurrency = parsed.GetValue(concurrency),
                Rate = parsed.GetValue(rate),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Count = parsed.GetValue(count),
                ModelDelay = TimeSpan.FromMilliseconds(parsed.GetValue(modelDelay)),
                Tokens = parsed.GetValue(tokens),
                TokenDelay = TimeSpan.FromMilliseconds(parsed.GetValue(tokenDelay)),
                Data = parsed.GetValue(data)!,
                Json = parsed.GetValue(json),
            },
            cancellationToken));
        root.Add(new System.CommandLine.Help.HelpOption());
        var result = root.Parse(args);
        var code = await result.InvokeAsync();
        return code != 0 && result.Errors.Count > 0 ? 2 : code;
    }

    private static Option<int> Number(string name, int preset, string description, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => preset };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{name} must be {least:N0} to {most:N0}.");
            }
        });
        return option;
    }
}
