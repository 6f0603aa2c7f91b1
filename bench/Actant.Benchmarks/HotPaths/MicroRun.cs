using System.Reflection;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Reports;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Actant.Benchmarks.HotPaths;

/// <summary>Runs the benchmarks of this folder inside this process: short iterations, so that all take a few minutes.</summary>
internal static class MicroRun
{
    /// <summary>Answers with whether every benchmark ran.</summary>
    public static bool Run(BenchmarkOptions options, Report report)
    {
        var folder = LoadEngine.TemporaryFolder(options);
        try
        {
            var logger = new ProgressLogger();
            var config = ManualConfig.CreateEmpty()
                .AddJob(JobOf(options))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(logger)
                .WithArtifactsPath(folder);
            var types = typeof(MicroRun).Assembly.GetTypes().Where(type => type.Namespace == typeof(MicroRun).Namespace && type.GetMethods().Any(IsBenchmark)).ToArray();
            var summaries = BenchmarkSwitcher.FromTypes(types).Run(["--filter", options.Filter, .. options.Rest], config).ToList();
            var table = new Table("micro", "what", "time", "± ", "bytes", "beside its baseline");
            foreach (var summary in summaries.OrderBy(summary => summary.Title, StringComparer.Ordinal))
            {
                AddRows(table, summary);
            }

            report.Add(table);
            return summaries.Count > 0 && summaries.TrueForAll(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(one => one.Success));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsBenchmark(MethodInfo method) => method.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkAttribute>() is not null;

    private static Job JobOf(BenchmarkOptions options)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        return options.Quick
            ? job.WithStrategy(BenchmarkDotNet.Engines.RunStrategy.ColdStart).WithWarmupCount(0).WithIterationCount(1).WithInvocationCount(1).WithUnrollFactor(1)
            : job.WithWarmupCount(4).WithIterationCount(7).WithIterationTime(TimeInterval.FromMilliseconds(120));
    }

    private static void AddRows(Table table, Summary summary)
    {
        foreach (var one in summary.Reports)
        {
            var what = one.BenchmarkCase;
            var name = $"{what.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}: {what.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')}"
                + (what.HasParameters ? $" ({what.Parameters.DisplayInfo.Trim('[', ']')})" : "");
            if (one.ResultStatistics is not { } time)
            {
                table.Add(name, "failed", "", "", "");
                continue;
            }

            var baseline = summary.Reports.FirstOrDefault(other =>
                summary.IsBaseline(other.BenchmarkCase) && other.BenchmarkCase.Parameters.DisplayInfo == what.Parameters.DisplayInfo && other != one)?.ResultStatistics;
            table.Add(
                name,
                new Cell(Duration(time.Median), time.Median),
                new Cell(Duration(time.StandardDeviation), time.StandardDeviation),
                one.GcStats.GetBytesAllocatedPerOperation(what) is { } bytes ? bytes : "–",
                baseline is null ? "" : new Cell($"{time.Median / baseline.Median:0.00} ×", time.Median / baseline.Median));
        }
    }

    private static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 1000 => $"{nanoseconds:0.0} ns",
        < 1_000_000 => $"{nanoseconds / 1000:0.00} µs",
        _ => $"{nanoseconds / 1_000_000:0.00} ms",
    };
}
