using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Actant.Benchmarks.Reports;

/// <summary>Where the figures of a run come from: without it they say nothing.</summary>
internal static class MachineTable
{
    public static Table Make(BenchmarkOptions options) => Make(options.Data, options.Quick ? "this process, quick: a smoke run" : "this process");

    /// <param name="data">Where the databases are.</param>
    /// <param name="what">What is measured.</param>
    public static Table Make(string data, string what)
    {
        var table = new Table("machine", "what", "value");
        table.Add("date", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        table.Add("measured", what);
        table.Add("system", RuntimeInformation.OSDescription);
        table.Add("processors", $"{Environment.ProcessorCount} × {Processor()}");
        table.Add("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024 * 1024.0):0.#} GiB");
        table.Add(".NET", $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} garbage collection");
        table.Add("databases on", new DriveInfo(Path.GetFullPath(data)).DriveFormat);
        table.Add("load before", Load());
        return table;
    }

    private static string Processor() =>
        Read("/proc/cpuinfo").Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Load() => Read("/proc/loadavg") is { Length: > 0 } text ? string.Join(' ', text.Split(' ').Take(3)) : "unknown";

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
