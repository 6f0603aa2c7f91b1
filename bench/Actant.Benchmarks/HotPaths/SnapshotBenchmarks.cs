using Actant.Journaling;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class SnapshotBenchmarks
{
    private JournalState _state = new();
    private byte[] _snapshot = [];

    [GlobalSetup]
    public void SetUp()
    {
        _state = RecordedExecution.Fold(RecordedExecution.Repeat(Blocking.Run(RecordedExecution.MakeAsync), 2000));
        _snapshot = ThreadSnapshots.Write(_state);
    }

    [Benchmark(Description = "write of a thread of 2,000 turns")]
    public byte[] Write() => ThreadSnapshots.Write(_state);

    [Benchmark(Description = "read of a thread of 2,000 turns")]
    public object Read() => ThreadSnapshots.Read(_snapshot);
}
