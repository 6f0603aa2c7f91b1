namespace Actant.Sqlite;

/// <summary>A folder that this process owns for as long as this object lives: the operating system lets go when the process dies.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        DatabasePath = Path.Combine(path, "actant.db");
        _lock = @lock;
    }

    public string DatabasePath { get; }

    public static DataFolder Own(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(full);
        try
        {
            var file = new FileStream(Path.Combine(full, "actant.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(full, file);
        }
        catch (IOException exception) when (exception is not (PathTooLongException or DirectoryNotFoundException))
        {
            throw new DataFolderInUseException(full, exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
