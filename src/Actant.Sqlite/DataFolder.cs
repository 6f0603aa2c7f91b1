namespace Actant.Sqlite;

/// <summary>A folder that this process owns for as long as this object lives: the operating system lets go when the process dies.</summary>
internal sealed class DataFolder : IDisposable
{
    // What Linux, macOS and Windows say of a file that somebody else has locked; everything else is another matter.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

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
        try
        {
            Directory.CreateDirectory(full);
            var file = new FileStream(Path.Combine(full, "actant.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(full, file);
        }
        catch (IOException exception) when (exception.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new DataFolderInUseException(full, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The data folder '{full}' cannot be written: {exception.Message} Let the user of this process write there, on a volume that is mounted "
                + "for writing and has room, or choose another folder.",
                exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
