using System.Text.Json;
using Actant.Storage;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class FoldBenchmarks
{
    private List<StoredEntry> _turn = [];
    private List<StoredEntry> _thread = [];

    [GlobalSetup]
    public void SetUp()
    {
        _turn = Blocking.Run(RecordedExecution.MakeAsync);
        _thread = RecordedExecution.Repeat(_turn, 2000);
    }

    [Benchmark(Baseline = true, Description = "parse of the 8 entries of an execution")]
    public int ParseExecution()
    {
        var members = 0;
        foreach (var entry in _turn)
        {
            using var document = JsonDocument.Parse(entry.Body);
            members += document.RootElement.GetPropertyCount();
        }

        return members;
    }

    [Benchmark(Description = "decode and fold of an execution")]
    public object FoldExecution() => RecordedExecution.Fold(_turn);

    [Benchmark(Description = "decode and fold of a thread of 2,000 turns")]
    public object FoldThread() => RecordedExecution.Fold(_thread);
}
