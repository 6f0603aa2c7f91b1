namespace Actant.Sqlite.Tests;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actant-sqlite-").FullName;

    public SqliteStoreOptions Options => new() { DataFolder = Path, Synchronous = SqliteSynchronous.Normal };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
