using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actant.Postgres;

namespace Actant.Benchmarks.Loads;

/// <summary>A node in a process of its own, with its callers in it: the program as <c>node schema callers</c>.</summary>
internal static class NodeHost
{
    // Not an argument: other users of the machine see those.
    private const string Connection = "ACTANT_BENCH_POSTGRES";

    /// <summary>Runs one to its end.</summary>
    public static async Task<NodeLoop> StartAsync(PostgresStoreOptions options, int callers, BenchmarkOptions benchmark)
    {
        string[] arguments = [typeof(NodeHost).Assembly.Location, "node", options.Schema, callers.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo("dotnet", benchmark.Quick ? [.. arguments, "--quick"] : arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[Connection] = options.ConnectionString;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<NodeLoop>(output)!
            : throw new InvalidOperationException($"A node ended with {process.ExitCode}.");
    }

    /// <summary>What such a process does.</summary>
    public static async Task<int> RunAsync(string schema, string callers, string[] rest)
    {
        if (!BenchmarkOptions.TryParse(rest, out var options, out var fault))
        {
            await Console.Error.WriteLineAsync(fault);
            return 2;
        }

        var many = int.Parse(callers, CultureInfo.InvariantCulture);
        var store = new PostgresStoreOptions { ConnectionString = Environment.GetEnvironmentVariable(Connection)!, Schema = schema };
        await using var engine = await LoadEngine.OnPostgresAsync(store, 2 * many);
        var (request, all) = (ThroughputRun.Request(), 0L);
        var loop = await ClosedLoop.MeasureAsync(
            async () =>
            {
                await engine.ExecuteAsync(request);
                Interlocked.Increment(ref all);
            },
            many,
            options);
        Console.WriteLine(JsonSerializer.Serialize(new NodeLoop(loop, all)));
        return 0;
    }
}
