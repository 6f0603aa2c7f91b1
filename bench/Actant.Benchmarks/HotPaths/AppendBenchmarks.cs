using Actant.Benchmarks.Loads;
using Actant.InMemory;
using Actant.Sqlite;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class AppendBenchmarks
{
    private readonly BenchmarkOptions _options = new();
    private string _folder = "";
    private InMemoryStore _memory = null!;
    private SqliteStore _sqlite = null!;
    private Connection _bare = null!;
    private AppendLoop _toMemory = null!;
    private AppendLoop _toSqlite = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = LoadEngine.TemporaryFolder(_options);
        _sqlite = Blocking.Run(() => LoadEngine.OpenAsync(_folder));
        _memory = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        _bare = BareCommits.Open(_folder);
        _toMemory = Blocking.Run(() => AppendLoop.OpenAsync(_memory));
        _toSqlite = Blocking.Run(() => AppendLoop.OpenAsync(_sqlite));
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _bare.Dispose();
        Blocking.Run(async () =>
        {
            await _sqlite.DisposeAsync();
            await _memory.DisposeAsync();
            return true;
        });
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true, Description = "bare SQLite commit of one row of 1 KiB")]
    public void Bare() => BareCommits.Commit(_bare);

    [Benchmark(Description = "append of an entry of 1 KiB, SQLite")]
    public Task ToSqlite() => _toSqlite.AppendAsync();

    [Benchmark(Description = "append of an entry of 1 KiB, memory")]
    public Task ToMemory() => _toMemory.AppendAsync();
}
