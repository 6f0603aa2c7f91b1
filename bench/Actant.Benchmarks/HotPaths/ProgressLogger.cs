using BenchmarkDotNet.Loggers;

namespace Actant.Benchmarks.HotPaths;

/// <summary>Shows which benchmark runs, and what goes wrong; the rest of what BenchmarkDotNet says is in the table.</summary>
internal sealed class ProgressLogger : ILogger
{
    private const string Benchmark = "// Benchmark: ";

    public string Id => nameof(ProgressLogger);

    public int Priority => 0;

    public void Write(LogKind logKind, string text) => Say(logKind, text);

    public void WriteLine() => Say(LogKind.Default, "");

    public void WriteLine(LogKind logKind, string text) => Say(logKind, text);

    public void Flush()
    {
    }

    private static void Say(LogKind kind, string text)
    {
        if (text.StartsWith(Benchmark, StringComparison.Ordinal))
        {
            Console.Error.WriteLine(text[Benchmark.Length..].Split(": Job", 2)[0]);
        }
        else if (kind == LogKind.Error)
        {
            Console.Error.WriteLine(text.TrimEnd());
        }
    }
}
